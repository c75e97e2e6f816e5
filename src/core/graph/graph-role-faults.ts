/** What only the roles that there are show to be wrong in graphs as a repository writes them. */

import { didYouMean } from '../nearest.ts';
import { fieldsOfRoles, type Profile } from '../profile.ts';
import type { FileFault } from '../repository-config/file-fault.ts';
import { ownRolePath } from '../repository-config/own-role.ts';
import type { StepSpec } from './graph.ts';
import { fieldFaults, type GraphFiles, stepsWritten } from './graph-file.ts';

type Profiles = ReadonlyMap<string, Pick<Profile, 'name' | 'output' | 'readOnly'>>;

/** Paths begin with the name of the graph. */
export const faultsByRoles = (graphs: GraphFiles, profiles: Profiles): FileFault[] => [
  ...stepsWritten(graphs).flatMap(({ spec, path }) =>
    roleFault(spec, profiles).map(fault => ({ ...fault, path: [...path, ...fault.path] })),
  ),
  ...fieldFaults(graphs, fieldsOfRoles(profiles.values())),
];

function roleFault(step: StepSpec, profiles: Profiles): FileFault[] {
  if (step.kind === 'builtin') return [];
  const role = step.kind === 'agent' ? step.role : step.remedy?.role;
  if (role === undefined) return [];
  const path = step.kind === 'agent' ? ['agent'] : ['remedy', 'agent'];
  const profile = profiles.get(role);
  if (!profile) {
    const known = [...profiles.keys()];
    const message = `there is no role "${role}" here${didYouMean(role, known)}; there are ${known.join(', ')}, and ${ownRolePath(role)} on the default branch may write one`;
    return [{ path, message }];
  }
  const changes = step.kind === 'command' || step.keepsChanges;
  return changes && profile.readOnly
    ? [{ path, message: `the role "${role}" changes nothing: write \`reads_only: true\`` }]
    : [];
}
