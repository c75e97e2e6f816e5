/** The console starts: the pages, and what asks the API for them. */
import '@primer/primitives/dist/css/primitives.css';
import '@primer/primitives/dist/css/functional/themes/light.css';
import '@primer/primitives/dist/css/functional/themes/light-high-contrast.css';
import '@primer/primitives/dist/css/functional/themes/dark.css';
import '@primer/primitives/dist/css/functional/themes/dark-high-contrast.css';
import './console.css';
import './reduced-motion.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from './api/problem.ts';
import { router } from './routes.tsx';

/** What the API refuses, it refuses again; only where it did not answer is it asked once more. */
const retry = (count: number, error: Error) =>
  count < 2 && !(error instanceof ApiProblem && error.status >= 400 && error.status < 500);

const client = new QueryClient({
  defaultOptions: { queries: { retry, staleTime: 5_000 } },
});

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element "root".');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
