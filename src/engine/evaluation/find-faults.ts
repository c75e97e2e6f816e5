/** What would keep a suite from being worked or graded on this machine: known before anything is spent. */
import { commandText } from '../../core/command-line.ts';
import { startable } from '../../core/commands/commands.ts';
import { type Graph, rolesIn } from '../../core/graph/graph.ts';
import { graphFor } from '../../core/graph/graph-file.ts';
import { graphNamed, ledBy, workAlone } from '../../core/graph/graphs.ts';
import { didYouMean } from '../../core/nearest.ts';
import { installerOf, programsOf } from '../../toolchain/tools.ts';
import type { Dependencies } from '../dependencies.ts';
import { ownRolesFor } from '../intake/rules/own-roles.ts';
import { readRepositoryConfig, readRules } from '../intake/rules/repository-config.ts';
import { candidatesOf } from '../routing/candidates.ts';
import type { PlannedProfile } from './evaluate.ts';
import type { PlannedTask } from './run-trial.ts';

type Suite = { tasks: readonly PlannedTask[]; profiles: readonly PlannedProfile[] };

/** `adapters`: the names of all that there are, whether they can work here or not. */
export async function findFaults(
  deps: Dependencies,
  { tasks, profiles }: Suite,
  adapters: readonly string[],
): Promise<string[]> {
  const faults = new Set(await missingPrograms(deps, tasks));
  for (const profile of profiles) {
    const { name, roles, settings } = profile;
    const own = { ...deps, profiles: roles, settings: { ...deps.settings, ...settings } };
    for (const task of tasks)
      for (const fault of await faultsOfRoles(own, { task, profile: name, adapters }))
        faults.add(fault);
  }
  return [...faults];
}

/** Of graders: no agent can install them. */
async function missingPrograms(
  { findProgram }: Pick<Dependencies, 'findProgram'>,
  tasks: readonly PlannedTask[],
): Promise<string[]> {
  const faults: string[] = [];
  for (const { name, graders } of tasks)
    for (const { grader } of graders)
      for (const program of 'command' in grader ? programsOf(grader.command) : []) {
        if ((await findProgram(program)) !== null) continue;
        const install = installerOf(program);
        faults.push(
          `The grader \`${'command' in grader ? commandText(grader.command) : ''}\` of the task ${name} can't run: there is no ${program} on this machine${install ? `. Install it: ${install}` : ''}`,
        );
      }
  return faults;
}

type OneTask = { task: PlannedTask; profile: string; adapters: readonly string[] };

async function faultsOfRoles(
  deps: Dependencies,
  { task, profile, adapters }: OneTask,
): Promise<string[]> {
  const { name, role, repository } = task;
  const known = [...deps.profiles.keys()];
  if (role !== undefined && !known.includes(role))
    return [
      `The task ${name} names the role ${role}, which the profile ${profile} does not have${didYouMean(role, known)}: it has ${known.join(', ')}`,
    ];
  const needed = await rolesNeeded(deps, task);
  const { sha } = await deps.github.facts.defaultBranch(repository);
  const found = await ownRolesFor(deps, repository, sha, needed);
  if (!found.ok)
    return [`The repository of the task ${name}: ${found.path}: ${found.faults.join('; ')}`];
  return needed.flatMap(each => {
    const of = found.profiles.get(each);
    if (!of) return [`The task ${name} needs the role ${each}, which the profile ${profile} lacks`];
    const { candidates, skipped } = candidatesOf(deps, of);
    if (candidates.length > 0) return [];
    const why = skipped.map(({ adapter, model, reason }) => {
      const called = [adapter, model].filter(Boolean).join(' with ');
      return adapters.includes(adapter)
        ? `${called}: ${reason}`
        : `${called}: There is no such adapter${didYouMean(adapter, adapters)}.`;
    });
    return [`No agent of the role ${each} can work in the profile ${profile}. ${why.join(' ')}`];
  });
}

/** Those of the graph that its command has in its repository. */
async function rolesNeeded(deps: Dependencies, task: PlannedTask): Promise<string[]> {
  const work = startable(task.command);
  if (work === null) return [];
  const { sha } = await deps.github.facts.defaultBranch(task.repository);
  const rules = await readRules(deps, task.repository, sha);
  // What is wrong there is the answer to each of its runs, which costs nothing.
  if (!rules.ok) return [];
  const written = graphFor(rules.graphs, work.graph);
  if (typeof written !== 'string') return namedIn(task, written);
  const base = { ref: task.branch, sha };
  const found = await readRepositoryConfig(deps, task.repository, rules, base);
  return found.ok ? namedIn(task, graphNamed(written, found.config.commands)) : [];
}

const namedIn = ({ role }: PlannedTask, graph: Graph): string[] => [
  ...new Set(rolesIn(workAlone(role === undefined ? graph : ledBy(graph, role)))),
];
