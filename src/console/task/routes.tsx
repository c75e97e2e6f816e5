/** The page of one task, and what stands below its header. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.tsx';

const taskRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tasks/$task',
  component: lazyRouteComponent(() => import('./task-page.tsx'), 'TaskPage'),
});

/** The run, and a line of it, that a link leads to. */
function readLogSearch({ run, line }: Record<string, unknown>): { run?: string; line?: string } {
  return {
    ...(typeof run === 'string' && { run }),
    ...(typeof line === 'string' && { line }),
  };
}

export const taskRoutes = [
  taskRoute.addChildren([
    createRoute({
      getParentRoute: () => taskRoute,
      path: '/',
      component: lazyRouteComponent(() => import('./overview.tsx'), 'Overview'),
    }),
    createRoute({
      getParentRoute: () => taskRoute,
      path: '/timeline',
      component: lazyRouteComponent(() => import('./timeline.tsx'), 'Timeline'),
    }),
    createRoute({
      getParentRoute: () => taskRoute,
      path: '/change',
      component: lazyRouteComponent(() => import('./change.tsx'), 'TaskChange'),
    }),
    createRoute({
      getParentRoute: () => taskRoute,
      path: '/decisions',
      validateSearch: ({ seq }: Record<string, unknown>): { seq?: number } =>
        typeof seq === 'number' ? { seq } : {},
      component: lazyRouteComponent(() => import('./decisions.tsx'), 'Decisions'),
    }),
    createRoute({
      getParentRoute: () => taskRoute,
      path: '/proof',
      component: lazyRouteComponent(() => import('../audit/proof-page.tsx'), 'ProofPage'),
    }),
    createRoute({
      getParentRoute: () => taskRoute,
      path: '/replay',
      validateSearch: ({ event }: Record<string, unknown>): { event?: number } =>
        Number.isSafeInteger(Number(event)) && Number(event) > 0 ? { event: Number(event) } : {},
      component: lazyRouteComponent(() => import('../replay/replay-page.tsx'), 'ReplayPage'),
    }),
    createRoute({
      getParentRoute: () => taskRoute,
      path: '/log',
      validateSearch: readLogSearch,
      component: lazyRouteComponent(() => import('./log.tsx'), 'Log'),
    }),
  ]),
];
