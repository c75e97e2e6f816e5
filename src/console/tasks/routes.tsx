/** The board of all tasks. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.tsx';
import { readTaskSearch } from './search.ts';

export const boardRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/tasks',
    validateSearch: readTaskSearch,
    component: lazyRouteComponent(() => import('./board.tsx'), 'Board'),
  }),
];
