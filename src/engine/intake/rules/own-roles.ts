/** The roles that a graph names and that the repository has written itself, from its default branch. */
import type { Repository } from '../../../core/actor.ts';
import type { Profile } from '../../../core/profile.ts';
import { type OwnRole, profileIn } from '../../../core/repository-config/own-role.ts';
import type { Dependencies } from '../../dependencies.ts';
import { readOwnRoles } from '../../policies/own-roles.ts';

type Found =
  /** `profiles`: those of the deployment, and these. */
  | { ok: true; roles: OwnRole[]; profiles: ReadonlyMap<string, Profile> }
  | { ok: false; path: string; faults: string[] };

/** `commit`: the head of the default branch. `named`: the roles of the graph and of hooks. */
export async function ownRolesFor(
  { workspaces, github, profiles }: Pick<Dependencies, 'workspaces' | 'github' | 'profiles'>,
  repository: Repository,
  commit: string,
  named: readonly string[],
): Promise<Found> {
  if (named.every(role => profiles.has(role))) return { ok: true, roles: [], profiles };
  const source = { repository, remote: await github.facts.remote(repository, 'read') };
  const { roles, faults } = await readOwnRoles([named], profiles, (path, most) =>
    workspaces.readFile(source, commit, path, most),
  );
  const [first] = faults;
  if (first) {
    const said = faults.filter(({ file }) => file === first.file);
    const lines = said.map(({ line, message }) => `line ${line}: ${message}`);
    return { ok: false, path: first.file, faults: lines };
  }
  return { ok: true, roles, profiles: withOwnRoles(profiles, roles) };
}

export const withOwnRoles = (
  profiles: ReadonlyMap<string, Profile>,
  roles: readonly OwnRole[],
): ReadonlyMap<string, Profile> =>
  new Map([
    ...profiles,
    ...roles.flatMap(({ name }): [string, Profile][] => {
      const profile = profileIn(profiles, roles, name);
      return profile ? [[name, profile]] : [];
    }),
  ]);
