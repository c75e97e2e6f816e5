/** Finds a repository by owner and name, with its id and its installation; null where the App is not installed. */
import type { Octokit } from '@octokit/rest';
import { createAnswerCache } from '../../../core/bounds/bounded-cache.ts';
import type { GitHubRecord } from '../../../engine/ports/github-record.ts';
import type { Clients } from '../client/client.ts';
import { attempt, orNull } from '../client/failure.ts';

/** Systems that call often name few repositories. A renamed one is still found by its id. */
const KEPT_MS = 60_000;
const MOST = 1_000;

export function createFindRepository(
  clients: Clients,
  app: Octokit,
): GitHubRecord['findRepository'] {
  const expiry = { ms: KEPT_MS, now: Date.now };
  const known = createAnswerCache<string, Awaited<ReturnType<GitHubRecord['findRepository']>>>(
    MOST,
    expiry,
  );
  return (owner, name) =>
    known.get(`${owner}/${name}`.toLowerCase(), async () => {
      const asked = attempt(`installation on ${owner}/${name}`, () =>
        app.rest.apps.getRepoInstallation({ owner, repo: name }),
      );
      const installation = (await orNull(asked))?.data.id;
      if (installation === undefined) return null;
      const sought = { id: 0, owner, name, installation };
      const found = await attempt(`repository ${owner}/${name}`, () =>
        clients(sought, 'fetch').rest.repos.get({ owner, repo: name }),
      );
      const { id, owner: holder, name: called } = found.data;
      return { id, owner: holder.login, name: called, installation };
    });
}
