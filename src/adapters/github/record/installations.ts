/** Where the App is installed, with every repository that it may see there. */
import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure, type Installed } from '../../../engine/ports/github.ts';
import { attempt } from '../failure.ts';

const Authentication = z.looseObject({ token: z.string() });

/** `withToken` makes a client that asks with this token. */
export async function* installations(
  app: Octokit,
  withToken: (token: string) => Octokit,
): AsyncIterable<Installed> {
  const all = await attempt('installations', () =>
    app.paginate(app.rest.apps.listInstallations, { per_page: 100 }),
  );
  for (const { id, created_at, suspended_at } of all) {
    if (suspended_at) continue;
    const reading = attempt(`repositories of installation ${id}`, async () => {
      const permissions = { metadata: 'read' };
      const { token } = Authentication.parse(
        await app.auth({ type: 'installation', installationId: id, permissions }),
      );
      const octokit = withToken(token);
      const { listReposAccessibleToInstallation } = octokit.rest.apps;
      const found = await octokit.paginate(listReposAccessibleToInstallation, { per_page: 100 });
      return found
        .filter(repository => !repository.archived)
        .map(
          ({ id: repositoryId, owner, name }): Repository => ({
            id: repositoryId,
            owner: owner.login,
            name,
            installation: id,
          }),
        );
    });
    // One that can't be read, such as one that was suspended a moment ago, stops no other.
    const repositories = await reading.catch((error: unknown) => {
      if (error instanceof GitHubFailure && error.lasting) return [];
      throw error;
    });
    yield { since: new Date(created_at), repositories };
  }
}
