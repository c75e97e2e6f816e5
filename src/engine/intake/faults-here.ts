/** All that is wrong with the rules of a repository in this deployment, as it is shown where they were pushed. */
import type { Repository } from '../../core/actor.ts';
import type { PolicyFault } from '../../policy/fault.ts';
import type { Dependencies } from '../dependencies.ts';
import { readOwnRoles } from '../policies/own-roles.ts';
import type { Rules } from '../policies/rules.ts';
import { configFaults, namedRoles } from './config-faults.ts';
import { endpointFaults } from './hooks.ts';

type Needs = Pick<Dependencies, 'profiles' | 'settings' | 'workspaces' | 'github'>;

/** `at.commit`: where the roles stand that the repository writes itself. */
export async function faultsHere(
  deps: Needs,
  at: { repository: Repository; commit: string },
  rules: Rules,
): Promise<PolicyFault[]> {
  if (rules.faults.length > 0) return rules.faults;
  const { repository, commit } = at;
  const { profiles, workspaces, github } = deps;
  const named = namedRoles(rules);
  const own = named.every(role => profiles.has(role))
    ? { roles: [], faults: [] }
    : await readOwnRoles(named, profiles, async (path, most) => {
        const remote = await github.facts.remote(repository, 'read');
        return workspaces.readFile({ repository, remote }, commit, path, most);
      });
  return [...configFaults(rules, profiles, own), ...endpointFaults(deps, repository, rules)];
}
