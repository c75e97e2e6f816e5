/** The page on which the task of a pull request is found. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.tsx';

type AuditSearch = { repository?: string; pull?: number };

export const auditRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/audit',
    validateSearch: ({ repository, pull }: Record<string, unknown>): AuditSearch => ({
      ...(typeof repository === 'string' && { repository }),
      ...(Number.isSafeInteger(Number(pull)) && Number(pull) > 0 && { pull: Number(pull) }),
    }),
    component: lazyRouteComponent(() => import('./audit-page.tsx'), 'AuditPage'),
  }),
];
