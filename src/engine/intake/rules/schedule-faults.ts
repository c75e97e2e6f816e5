/**
 * Schedules that would start nothing whenever they are due: nobody calls, so that nobody would be told.
 * What a repository has is looked for only where its configuration does not say it.
 */
import type { Repository } from '../../../core/actor.ts';
import { commandText } from '../../../core/command-line.ts';
import { startable } from '../../../core/commands/commands.ts';
import { graphFor } from '../../../core/graph/graph-file.ts';
import { missingCommand } from '../../../core/graph/graphs.ts';
import { didYouMean } from '../../../core/nearest.ts';
import { exampleCommand } from '../../../core/repository-config/example-command.ts';
import type { FileFault } from '../../../core/repository-config/file-fault.ts';
import type { Schedule } from '../../../core/repository-config/schedule.ts';
import type { PolicyFault } from '../../../policy/fault.ts';
import type { Dependencies } from '../../dependencies.ts';
import { placedFaults, type Rules } from '../../policies/rules.ts';
import { readRepositoryConfig } from './repository-config.ts';

type Needs = Pick<Dependencies, 'workspaces' | 'github'>;
type Read = Pick<Rules, 'config' | 'graphs' | 'schedules' | 'places'>;

/** `commit`: where the files of the repository are looked at. */
export async function scheduleFaults(
  deps: Needs,
  at: { repository: Repository; commit: string },
  rules: Read,
): Promise<PolicyFault[]> {
  const faults: FileFault[] = [];
  const found = foundOnce(deps, at, rules);
  for (const [name, schedule] of Object.entries(rules.schedules)) {
    const path = ['schedule', name];
    const lacks = await lacking(rules, schedule, found);
    if (lacks !== null) faults.push({ path: [...path, 'command'], message: lacks });
    const base = await baseFault(deps, at.repository, schedule);
    if (base !== null) faults.push({ path: [...path, 'base'], message: base });
  }
  return placedFaults(rules.places, faults);
}

/** What the files of the repository say besides: they are looked through once, for all schedules. */
function foundOnce(
  deps: Needs,
  { repository, commit }: { repository: Repository; commit: string },
  rules: Read,
) {
  const base = { ref: 'the default branch', sha: commit };
  let read: ReturnType<typeof readRepositoryConfig> | undefined;
  return () => {
    read ??= readRepositoryConfig(deps, repository, rules, base);
    return read;
  };
}

async function lacking(
  rules: Read,
  { command }: Schedule,
  found: ReturnType<typeof foundOnce>,
): Promise<string | null> {
  const graph = startable(command)?.graph;
  const wanted = graph && graphFor(rules.graphs, graph);
  if (typeof wanted !== 'string' || missingCommand(wanted, rules.config.commands) === null)
    return null;
  const read = await found();
  const lacks = read.ok ? missingCommand(wanted, read.config.commands) : null;
  if (!read.ok || lacks === null) return null;
  const example = commandText(exampleCommand(lacks, read.toolchain.ecosystems));
  return `the repository has no ${lacks} command: name it under \`commands\`, such as ${example}`;
}

async function baseFault(
  { github: { facts } }: Needs,
  repository: Repository,
  { base }: Schedule,
): Promise<string | null> {
  if (base === undefined || (await facts.branch(repository, base)) !== null) return null;
  return `there is no branch ${base}${didYouMean(base, await facts.branches(repository))}`;
}
