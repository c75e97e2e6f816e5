/** The people who can push to a repository, and so may be asked to approve. */
import type { Repository } from '../../../core/actor.ts';
import type { Writers } from '../../../engine/ports/github.ts';
import type { Clients } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';

/** One page: whoever asks wants to know whether there is anybody. */
export async function readWriters(clients: Clients, repository: Repository): Promise<Writers> {
  const { data } = await clients(repository, 'facts').rest.repos.listCollaborators({
    ...repositoryPath(repository),
    permission: 'push',
    per_page: MOST,
  });
  const people = data
    .filter(({ type, permissions }) => type === 'User' && permissions?.push === true)
    .map(({ id, login, permissions }) => ({
      id,
      login,
      maintains: permissions?.maintain === true || permissions?.admin === true,
    }));
  return { people, complete: data.length < MOST };
}

const MOST = 100;
