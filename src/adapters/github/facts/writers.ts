/** The people who can push to a repository, and so may be asked to approve. */
import type { Person, Repository } from '../../../core/actor.ts';
import type { Clients } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';

/** The first hundred: whoever asks wants to know whether there is anybody. */
export async function readWriters(clients: Clients, repository: Repository): Promise<Person[]> {
  const { data } = await clients(repository, 'facts').rest.repos.listCollaborators({
    ...repositoryPath(repository),
    permission: 'push',
    per_page: 100,
  });
  return data
    .filter(({ type, permissions }) => type === 'User' && permissions?.push === true)
    .map(({ id, login }) => ({ id, login }));
}
