/** Who one is, one's sessions, machine tokens; and the page for signing in. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.tsx';

/** `failed`: why one was not signed in; `to`: the page that was wanted, as the server has it. */
type SignInSearch = { failed?: string; to?: string };

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= 1_000 ? value : undefined;

export const settingsRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/settings',
    component: lazyRouteComponent(() => import('./settings.tsx'), 'Settings'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sign-in',
    validateSearch: (search): SignInSearch => ({
      failed: text(search.failed),
      to: text(search.to),
    }),
    component: lazyRouteComponent(() => import('./sign-in.tsx'), 'SignIn'),
  }),
];
