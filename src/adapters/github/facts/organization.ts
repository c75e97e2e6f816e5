/** An owner's repository `.github`: where what holds for all of its repositories stands. */
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure, NotInstalled } from '../../../engine/ports/github.ts';
import type { Clients } from '../client/client.ts';
import { readBranch } from './branches.ts';

const NAME = '.github';

export const isShared = (name: string): boolean => name.toLowerCase() === NAME;

type Shared = { repository: Repository; sha: string } | null;

export async function readOrganization(clients: Clients, asking: Repository): Promise<Shared> {
  const { installation, owner } = asking;
  if (isShared(asking.name)) return null;
  return look(clients, { id: 0, owner, name: NAME, installation });
}

async function look(clients: Clients, sought: Repository): Promise<Shared> {
  try {
    const { owner, name: repo } = sought;
    const { data } = await clients(sought, 'fetch').rest.repos.get({ owner, repo });
    const repository = { ...sought, id: data.id };
    const sha = await readBranch(clients, repository, data.default_branch);
    // It has no commit yet.
    return sha === null ? null : { repository, sha };
  } catch (error) {
    // There is none, or the App is not installed on it; where it is suspended, nothing is known.
    const none = ['not_found', 'invalid'];
    if (error instanceof NotInstalled && error.status !== 403) return null;
    if (error instanceof GitHubFailure && none.includes(error.class)) return null;
    throw error;
  }
}
