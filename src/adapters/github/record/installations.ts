/** Where the App is installed, with every repository that it may see there. */
import type { Octokit } from '@octokit/rest';
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Installed } from '../../../engine/ports/github-record.ts';
import type { Client, Clients } from '../client/client.ts';
import { attempt } from '../client/failure.ts';

/** What reads facts reaches all repositories of the installation. */
export const ofInstallation = (clients: Clients, installation: number): Client =>
  clients({ id: 0, owner: '', name: '', installation }, 'facts');

/** `unread`: told of one that can't be read now, which is passed over then; left out: that fails all. */
export async function* installations(
  { app, clients }: { app: Octokit; clients: Clients },
  only?: number,
  unread?: (installation: number, failure: GitHubFailure) => void,
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
    const repositories = await reading.catch((error: unknown) => {
      if (!(error instanceof GitHubFailure)) throw error;
      // Such as one that was suspended a moment ago.
      if (error.refused) return [];
      if (!unread) throw error;
      unread(id, error);
      return null;
    });
    if (repositories) yield { id, since: new Date(created_at), repositories };
  }
}
