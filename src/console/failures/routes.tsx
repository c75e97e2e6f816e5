/** The page of failures. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.tsx';
import { readFailureSearch } from './search.ts';

export const failureRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/failures',
    validateSearch: readFailureSearch,
    component: lazyRouteComponent(() => import('./failures.tsx'), 'Failures'),
  }),
];
