/** The pages of repositories. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.tsx';

export const repositoryRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/repositories',
    component: lazyRouteComponent(() => import('./repositories.tsx'), 'Repositories'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/repositories/$repository',
    component: lazyRouteComponent(() => import('./repository.tsx'), 'Repository'),
  }),
];
