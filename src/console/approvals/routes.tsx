/** The approval inbox, and the page of one request. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.tsx';
import { type InboxTab, LISTS } from './queries.ts';

export const approvalRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/approvals',
    validateSearch: (search): { list?: InboxTab } => {
      const list = LISTS.find(known => known === search.list);
      return list === undefined || list === 'mine' ? {} : { list };
    },
    component: lazyRouteComponent(() => import('./inbox.tsx'), 'Inbox'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/tasks/$task/approvals/$approval',
    component: lazyRouteComponent(() => import('./request-page.tsx'), 'RequestPage'),
  }),
];
