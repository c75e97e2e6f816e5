/** Programs that a graph's commands start and that this machine lacks: named before anything runs. */
import { commandText } from '../../../core/command-line.ts';
import type { Graph } from '../../../core/graph/graph.ts';
import type { Reply } from '../../../core/reply.ts';
import type { RepositoryConfig } from '../../../core/repository-config/repository-config.ts';
import { installerOf, programsOf } from '../../../toolchain/tools.ts';
import type { Dependencies } from '../../dependencies.ts';

type Missing = Extract<Reply, { code: 'missing_tools' }>['missing'];

export async function missingTools(
  { findProgram }: Pick<Dependencies, 'findProgram'>,
  graph: Graph,
  commands: RepositoryConfig['commands'],
): Promise<Missing> {
  const missing = new Map<string, Missing[number]>();
  for (const step of graph.steps) {
    const argv = step.kind === 'command' ? commands[step.command] : undefined;
    if (!argv) continue;
    const command = commandText(argv);
    for (const program of programsOf(argv))
      if (!missing.has(program) && (await findProgram(program)) === null)
        missing.set(program, { program, command, install: installerOf(program) });
  }
  return [...missing.values()];
}
