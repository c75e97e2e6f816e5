/** What an account may do in a repository now: by id, never by name alone. */
import type { Person, Repository } from '../../../core/actor.ts';
import { Role } from '../../../core/actor.ts';
import { GitHubFailure, NotInstalled } from '../../../engine/ports/github.ts';
import type { Clients } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { Kept } from './kept.ts';

/** The login is the present one, which may be another than the one that was written down. */
export type PersonNow = { login: string; role: Role };

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
      !(error instanceof NotInstalled) &&
      (error.class === 'not_found' || error.class === 'forbidden');
    if (refused) return null;
    throw error;
  }
}

/** Asks for what an account may do in a repository, or believes what is kept of it. */
export type PersonOf = (repository: Repository, account: Person) => Promise<PersonNow>;

/** Kept by id and login: whoever takes the login of another is asked about. */
export function createPersonOf(clients: Clients, kept: Kept): PersonOf {
  const known = kept.about('people', (repository, key) => {
    const [, id, login = ''] = /^(\d+) (.*)$/s.exec(key) ?? [];
    return personNow(clients, repository, { id: Number(id), login });
  });
  return (repository, { id, login }) => known(repository, `${id} ${login}`);
}
