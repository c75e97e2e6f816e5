/** The page of one task, and what stands below its header. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.tsx';

const taskRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tasks/$task',
  component: lazyRouteComponent(() => import('./task-page.tsx'), 'TaskPage'),
});

export const taskRoutes = [
  taskRoute.addChildren([
    createRoute({
      getParentRoute: () => taskRoute,
      path: '/',
      component: lazyRouteComponent(() => import('./overview.tsx'), 'Overview'),
    }),
  ]),
];
