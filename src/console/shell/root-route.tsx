/** The route that every page is below. */
import { createRootRoute, Link } from '@tanstack/react-router';
import { ApiProblem } from '../api/problem.ts';
import { Empty, Failed } from '../states/state.tsx';
import { Shell } from './shell.tsx';

export const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: () => (
    <Empty title="There is no such page">
      The address may be misspelt. <Link to="/">Go to the home page</Link>.
    </Empty>
  ),
  errorComponent: ({ error, reset }) => (
    <Failed
      problem={
        error instanceof ApiProblem
          ? error
          : new ApiProblem({
              status: 500,
              code: 'console',
              message: `The console has a fault: ${error instanceof Error ? error.message : error}`,
              next: 'Load the page again; report it where it stays.',
            })
      }
      again={reset}
    />
  ),
});
