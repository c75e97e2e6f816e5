/** The graph that a command starts: one that the repository writes itself, or one of ours. */

import type { Toolchain } from '../../core/ecosystem.ts';
import { exampleCommand } from '../../core/example-command.ts';
import type { Graph } from '../../core/graph.ts';
import { graphFaults, inWords } from '../../core/graph-faults.ts';
import { graphFor } from '../../core/graph-file.ts';
import { type GraphName, graphNamed, leftOut, missingCommand } from '../../core/graphs.ts';
import { ownRolePath } from '../../core/own-role.ts';
import { fieldsOfRoles, type Profile } from '../../core/profile.ts';
import type { Reply } from '../../core/reply.ts';
import type { RepositoryConfig } from '../../core/repository-config.ts';
import { withEnvironments } from '../../core/with-environments.ts';
import { placeIn, type Rules } from '../policies/rules.ts';

type Lacking = Extract<Reply, { code: 'missing_command' | 'misconfigured' }>;

export function chooseGraph(
  { profiles }: { profiles: ReadonlyMap<string, Profile> },
  asked: { command: string; graph: GraphName },
  { graphs, places }: Pick<Rules, 'graphs' | 'places'>,
  { config, toolchain }: { config: RepositoryConfig; toolchain: Toolchain },
): Graph | Lacking {
  const { commands } = config;
  const lacking = (lacks: string): Lacking => {
    const { ecosystems, notes } = toolchain;
    const example = exampleCommand(lacks, ecosystems);
    return { code: 'missing_command', command: asked.command, lacks, example, notes };
  };
  const found = graphFor(graphs, asked.graph);
  if (typeof found === 'string') {
    const lacks = missingCommand(found, commands);
    if (lacks !== null) return lacking(lacks);
    const whole = withEnvironments(graphNamed(found, commands), config.environments ?? {});
    const without = whole.steps.find(step => step.kind === 'command' && !commands[step.command]);
    return without?.kind === 'command' ? lacking(without.command) : whole;
  }
  // Where nothing has to be installed, nothing is.
  const steps = leftOut(found.steps, step => step.purpose === 'install' && !commands.install);
  const lacks = steps.find(step => step.kind === 'command' && !commands[step.command]);
  if (lacks?.kind === 'command') return lacking(lacks.command);
  // With nothing left to do it would end as a success at once.
  if (steps.length === 0) return lacking('install');
  const faults = roleFaults(profiles, found);
  const place = placeIn(places, `graphs.${found.name}`);
  return faults.length > 0
    ? {
        code: 'misconfigured',
        path: place.file,
        faults: faults.map(said => `line ${place.line}: ${said}`),
      }
    : { ...found, steps };
}

/** The roles that work in a graph: in its steps, and as their remedies. */
export const rolesIn = ({ steps }: Graph): string[] => workers(steps).map(({ role }) => role);

function workers(steps: Graph['steps']): { id: string; role: string; keeps: boolean }[] {
  return steps.flatMap(step => {
    if (step.kind === 'agent') return [{ id: step.id, role: step.role, keeps: step.keepsChanges }];
    const remedy = step.kind === 'command' ? step.remedy : null;
    return remedy ? [{ id: step.id, role: remedy.role, keeps: true }] : [];
  });
}

/** What only the roles show that there are. */
function roleFaults(
  profiles: ReadonlyMap<string, Profile>,
  { name, steps, reworkFrom }: Graph,
): string[] {
  const fields = graphFaults({ name, steps, reworkFrom }, fieldsOfRoles(profiles.values())).map(
    fault => `graphs.${name}: ${inWords(fault)}`,
  );
  const roles = workers(steps).flatMap(({ id, role, keeps }) => {
    const profile = profiles.get(role);
    const place = `graphs.${name}: step "${id}"`;
    if (!profile)
      return [
        `${place}: there is no role "${role}" here; there are ${[...profiles.keys()].join(', ')}, and ${ownRolePath(role)} on the default branch may write one`,
      ];
    return keeps && profile.readOnly
      ? [`${place}: the role "${role}" changes nothing: write \`reads_only: true\``]
      : [];
  });
  return [...roles, ...fields];
}
