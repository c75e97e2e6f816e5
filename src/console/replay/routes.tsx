/** The page that steps through the events of a task. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.tsx';

export const replayRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/tasks/$task/replay',
    validateSearch: ({ event }: Record<string, unknown>): { event: number } => ({
      event: Number.isSafeInteger(Number(event)) && Number(event) > 0 ? Number(event) : 1,
    }),
    component: lazyRouteComponent(() => import('./replay-page.tsx'), 'ReplayPage'),
  }),
];
