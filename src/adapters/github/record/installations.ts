/** Where the App is installed, with every repository that it may see there. */
import type { Octokit } from '@octokit/rest';
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Installed } from '../../../engine/ports/github-record.ts';
import type { Client, Clients } from '../client.ts';
import { attempt } from '../failure.ts';

/** What reads facts reaches all repositories of the installation. */
export const ofInstallation = (clients: Clients, installation: number): Client =>
  clients({ id: 0, owner: '', name: '', installation }, 'facts');

export async function* installations(
  app: Octokit,
  clients: Clients,
  only?: number,
): AsyncIterable<Installed> {
  const all = await attempt('installations', () =>
    app.paginate(app.rest.apps.listInstallations, { per_page: 100 }),
  );
  for (const { id, created_at, suspended_at } of all) {
    if (suspended_at || (only !== undefined && id !== only)) continue;
    const reading = attempt(`repositories of installation ${id}`, async () => {
      const octokit = ofInstallation(clients, id);
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
      if (error instanceof GitHubFailure && error.refused) return [];
      throw error;
    });
    yield { id, since: new Date(created_at), repositories };
  }
}
