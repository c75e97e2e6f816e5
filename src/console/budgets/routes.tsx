/** The page of budgets and spends. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.tsx';
import { readSpendSearch } from './search.ts';

export const budgetRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/budgets',
    validateSearch: readSpendSearch,
    component: lazyRouteComponent(() => import('./budgets.tsx'), 'Budgets'),
  }),
];
