/** The open pull requests of a commit. */
import type { Repository } from '../../../core/actor.ts';
import type { OpenPull } from '../../../engine/ports/pulls.ts';
import type { Clients } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { accountOf } from './account.ts';

export async function readPullsAt(
  clients: Clients,
  repository: Repository,
  commit_sha: string,
): Promise<OpenPull[]> {
  const { rest } = clients(repository, 'facts');
  const { data } = await rest.repos.listPullRequestsAssociatedWithCommit({
    ...repositoryPath(repository),
    commit_sha,
    per_page: 100,
  });
  return data
    .filter(({ state }) => state === 'open')
    .map(({ number, head, draft, user }) => ({
      number,
      head: head.sha,
      draft: draft ?? false,
      fork: head.repo?.id !== repository.id,
      author: accountOf(user),
    }));
}
