/** All that is wrong with the rules of a repository in this deployment, as it is shown where they were pushed. */
import type { Repository } from '../../../core/actor.ts';
import type { PolicyFault } from '../../../policy/fault.ts';
import type { Dependencies } from '../../dependencies.ts';
import { filesAt } from '../../files-at.ts';
import { readOwnRoles } from '../../policies/own-roles.ts';
import type { Rules } from '../../policies/rules.ts';
import { configFaults, namedRoles } from './config-faults.ts';
import { endpointFaults } from './hooks.ts';
import { scheduleFaults } from './schedule-faults.ts';
import { workflowFaults } from './workflow-faults.ts';

type Needs = Pick<Dependencies, 'profiles' | 'settings' | 'workspaces' | 'github'>;

/** `at.commit`: where its own roles and its workflows stand. */
export async function faultsHere(
  deps: Needs,
  at: { repository: Repository; commit: string },
  rules: Rules,
): Promise<PolicyFault[]> {
  if (rules.faults.length > 0) return rules.faults;
  const { repository } = at;
  const { profiles } = deps;
  const source = filesAt(deps, at);
  const own = await readOwnRoles(namedRoles(rules), profiles, source.read);
  return [
    ...rules.shown,
    ...configFaults(rules, profiles, own),
    ...(await workflowFaults(rules, source)),
    ...(await scheduleFaults(deps, at, rules)),
    ...endpointFaults(deps, repository, rules),
  ];
}
