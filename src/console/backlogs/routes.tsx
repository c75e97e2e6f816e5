/** The pages of backlogs. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.tsx';

export const backlogRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/backlogs',
    component: lazyRouteComponent(() => import('./backlogs.tsx'), 'Backlogs'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/backlogs/$backlog',
    component: lazyRouteComponent(() => import('./backlog.tsx'), 'Backlog'),
  }),
];
