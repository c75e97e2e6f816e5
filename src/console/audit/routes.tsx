/** The page on which the task of a pull request and decisions are found. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.tsx';
import { type DecisionSearch, readDecisionSearch } from './decision-search.ts';

type AuditSearch = { repository?: string; pull?: number } & DecisionSearch;

export const auditRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/audit',
    validateSearch: (given: Record<string, unknown>): AuditSearch => ({
      ...(typeof given.repository === 'string' && { repository: given.repository }),
      ...(Number.isSafeInteger(Number(given.pull)) &&
        Number(given.pull) > 0 && { pull: Number(given.pull) }),
      ...readDecisionSearch(given),
    }),
    component: lazyRouteComponent(() => import('./audit-page.tsx'), 'AuditPage'),
  }),
];
