/** The graph that a command starts: one that the repository writes itself, or one of ours. */

import type { Toolchain } from '../../../core/ecosystem.ts';
import type { Graph } from '../../../core/graph/graph.ts';
import { graphFor } from '../../../core/graph/graph-file.ts';
import { type GraphName, graphNamed, leftOut, missingCommand } from '../../../core/graph/graphs.ts';
import { withEnvironments } from '../../../core/graph/with-environments.ts';
import type { Profile } from '../../../core/profile.ts';
import type { Reply } from '../../../core/reply.ts';
import { exampleCommand } from '../../../core/repository-config/example-command.ts';
import type { RepositoryConfig } from '../../../core/repository-config/repository-config.ts';
import type { Rules } from '../../policies/rules.ts';
import { graphFaults } from './config-faults.ts';
import { misconfigured } from './repository-config.ts';

type Lacking = Extract<Reply, { code: 'missing_command' }>;
type Misconfigured = Extract<Reply, { code: 'misconfigured' }>;

export function chooseGraph(
  { profiles }: { profiles: ReadonlyMap<string, Profile> },
  asked: { command: string; graph: GraphName },
  { graphs, places }: Pick<Rules, 'graphs' | 'places'>,
  { config, toolchain }: { config: RepositoryConfig; toolchain: Toolchain },
): Graph | Lacking | Misconfigured {
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
  const file = graphs[found.name];
  const faults = file === undefined ? [] : graphFaults({ [found.name]: file }, profiles, places);
  const wrong = misconfigured(faults);
  return wrong
    ? { code: 'misconfigured', path: wrong.path, faults: wrong.faults }
    : { ...found, steps };
}
