/** How the API is asked, and how often again. */
import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './problem.ts';

/** What the API refuses, it refuses again; only where it did not answer is it asked once more. */
const retry = (count: number, error: Error) =>
  count < 2 && !(error instanceof ApiProblem && error.status >= 400 && error.status < 500);

/** The server may be on this machine, so a browser without a network asks it all the same. */
const networkMode = 'always';

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: { retry, staleTime: 5_000, networkMode },
      mutations: { networkMode },
    },
  });
