/** All pages. Each area has its routes in a file of its own, and its code is loaded when it is opened. */
import { createRouter } from '@tanstack/react-router';
import { agentRoutes } from './agents/routes.tsx';
import { approvalRoutes } from './approvals/routes.tsx';
import { auditRoutes } from './audit/routes.tsx';
import { backlogRoutes } from './backlogs/routes.tsx';
import { budgetRoutes } from './budgets/routes.tsx';
import { diagnosticsRoutes } from './diagnostics/routes.tsx';
import { failureRoutes } from './failures/routes.tsx';
import { homeRoutes } from './home/routes.tsx';
import { policyRoutes } from './policy/routes.tsx';
import { repositoryRoutes } from './repositories/routes.tsx';
import { settingsRoutes } from './settings/routes.tsx';
import { CONSOLE_ROOT } from './shell/address.ts';
import { rootRoute } from './shell/root-route.tsx';
import { taskRoutes } from './task/routes.tsx';
import { boardRoutes } from './tasks/routes.tsx';

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    ...homeRoutes,
    ...boardRoutes,
    ...approvalRoutes,
    ...taskRoutes,
    ...auditRoutes,
    ...settingsRoutes,
    ...backlogRoutes,
    ...budgetRoutes,
    ...failureRoutes,
    ...policyRoutes,
    ...agentRoutes,
    ...repositoryRoutes,
    ...diagnosticsRoutes,
  ]),
  basepath: CONSOLE_ROOT.pathname,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
