/** The commits of a pull request, with their messages. */
import type { Repository } from '../../../core/actor.ts';
import type { CommitMessage } from '../../../engine/ports/workspace.ts';
import type { Clients } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';

const PER_PAGE = 100;
/** GitHub lists no more of one pull request. */
const MOST = 250;

/** Oldest first; null where GitHub may not have listed every commit. */
export async function readPullCommits(
  clients: Clients,
  repository: Repository,
  pull_number: number,
): Promise<CommitMessage[] | null> {
  const { rest } = clients(repository, 'facts');
  const commits: CommitMessage[] = [];
  for (let page = 1; commits.length < MOST; page++) {
    const asked = { ...repositoryPath(repository), pull_number, per_page: PER_PAGE, page };
    const { data } = await rest.pulls.listCommits(asked);
    commits.push(...data.map(({ sha, commit: { message } }) => ({ commit: sha, message })));
    if (data.length < PER_PAGE) break;
  }
  return commits.length < MOST ? commits : null;
}
