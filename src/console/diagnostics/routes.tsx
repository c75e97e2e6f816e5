/** The page of the deployment's health. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.tsx';

export const diagnosticsRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/diagnostics',
    component: lazyRouteComponent(() => import('./diagnostics.tsx'), 'Diagnostics'),
  }),
];
