/** What an account may do in a repository now: by id, never by name alone. */
import type { Repository } from '../../../core/actor.ts';
import { Role } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';

export async function roleOf(
  clients: Clients,
  repository: Repository,
  account: { id: number; login: string },
): Promise<Role> {
  try {
    const { data } = await clients(repository, 'facts').rest.repos.getCollaboratorPermissionLevel({
      ...repositoryPath(repository),
      username: account.login,
    });
    // The login may belong to somebody else by now.
    if (data.user?.id !== account.id) return 'none';
    const named = Role.safeParse(data.role_name);
    // A custom role counts as the built-in one that GitHub says it stands on.
    const role = named.success ? named : Role.safeParse(data.permission);
    return role.success ? role.data : 'none';
  } catch (error) {
    const refused =
      error instanceof GitHubFailure &&
      (error.class === 'not_found' || error.class === 'forbidden');
    if (refused) return 'none';
    throw error;
  }
}

/** Asks once for each account. */
export function roles(
  clients: Clients,
  repository: Repository,
): (account: { id: number; login: string }) => Promise<Role> {
  const asked = new Map<number, Promise<Role>>();
  return account => {
    const known = asked.get(account.id) ?? roleOf(clients, repository, account);
    asked.set(account.id, known);
    return known;
  };
}
