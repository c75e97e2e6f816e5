/** What an account may do in a repository now: by id, never by name alone. */
import type { Person, Repository } from '../../../core/actor.ts';
import { Role } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';

/** The login is the present one, which may be another than the one that was written down. */
export type PersonNow = { login: string; role: Role };

export async function roleOf(
  clients: Clients,
  repository: Repository,
  account: Person,
): Promise<Role> {
  return (await personNow(clients, repository, account)).role;
}

export async function personNow(
  clients: Clients,
  repository: Repository,
  { id, login }: Person,
): Promise<PersonNow> {
  const named = await roleByLogin(clients, repository, { id, login });
  if (named) return named;
  // The login may be free or somebody else's by now: the id leads to the present one.
  const { rest } = clients(repository, 'facts');
  const found = await unlessRefused(rest.users.getById({ account_id: id }));
  const present = found?.data.login ?? login;
  const renamed =
    present === login ? null : await roleByLogin(clients, repository, { id, login: present });
  return renamed ?? { login: present, role: 'none' };
}

/** `null` where nobody of this id has that login, or GitHub does not say. */
async function roleByLogin(
  clients: Clients,
  repository: Repository,
  { id, login }: Person,
): Promise<PersonNow | null> {
  const found = await unlessRefused(
    clients(repository, 'facts').rest.repos.getCollaboratorPermissionLevel({
      ...repositoryPath(repository),
      username: login,
    }),
  );
  if (found?.data.user?.id !== id) return null;
  const { role_name, permission, user } = found.data;
  const named = Role.safeParse(role_name);
  // A custom role counts as the built-in one that GitHub says it stands on.
  const role = named.success ? named : Role.safeParse(permission);
  return { login: user.login, role: role.success ? role.data : 'none' };
}

/** `null` in place of a 404 or 403. */
async function unlessRefused<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    const refused =
      error instanceof GitHubFailure &&
      (error.class === 'not_found' || error.class === 'forbidden');
    if (refused) return null;
    throw error;
  }
}

/** Asks once for each account. */
export function people(
  clients: Clients,
  repository: Repository,
): (account: Person) => Promise<PersonNow> {
  const asked = new Map<number, Promise<PersonNow>>();
  return account => {
    const known = asked.get(account.id) ?? personNow(clients, repository, account);
    asked.set(account.id, known);
    return known;
  };
}
