/** The page of policy. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.tsx';
import { readPolicySearch } from './search.ts';

export const policyRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/policy',
    validateSearch: readPolicySearch,
    component: lazyRouteComponent(() => import('./policy.tsx'), 'Policy'),
  }),
];
