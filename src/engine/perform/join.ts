/** Work that was done at the same time is put together, outside every sandbox, before a step stands on it. */
import { roleForRework } from '../../core/profile.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { createdOf, runOf, type TaskState } from '../../core/task/state/state.ts';
import { failure } from '../attempt/outcome.ts';
import { joinsOf } from '../attempt/reading/joins.ts';
import { keepPatch, touchedOf } from '../attempt/result/keep.ts';
import { joined, nothing } from '../attempt/result/produced.ts';
import type { WorkConflict } from '../ports/workspace.ts';
import type { TaskEffect } from '../task-context.ts';

export async function join(context: TaskEffect<'join'>): Promise<TaskCommand> {
  const { deps, task, folded, effect } = context;
  const { state } = folded;
  const { repository } = createdOf(state);
  const { parent, mergesInto } = state;
  const run = runOf(state, effect.run);
  const remote = await deps.github.facts.remote(repository, 'read');
  const joins = await joinsOf(deps.artifacts, state, run.step);
  const made = await deps.workspaces.join({ repository, remote, parent, mergesInto }, joins);
  if ('conflicts' in made) {
    const merger = roleForRework(deps.profiles.values(), 'conflict');
    const why = failure('conflict', inWords(state, made.conflicts));
    return nothing(run, merger === null ? why : { ...why, merger });
  }
  const { work, kept } = await keepPatch(deps, { task, run: run.id }, made);
  const steps = joins.join.map(id => runOf(state, id).step);
  return joined(run, {
    work,
    touched: await touchedOf(context, work),
    artifacts: kept,
    summary: `Joined the work of ${steps.join(', ')}.`,
  });
}

/** More files than these are for the patches of the steps to show. */
const LISTED_FILES = 5;

function inWords(state: TaskState, conflicts: readonly WorkConflict[]): string {
  const files = conflicts.slice(0, LISTED_FILES).map(({ path, between }) => {
    const [one, other] = between.map(run => runOf(state, run).step);
    return `${path} (${one} and ${other})`;
  });
  const more = conflicts.length - files.length;
  const rest = more > 0 ? ` and ${more} more` : '';
  return `Steps that worked at the same time changed the same lines differently, in ${files.join(', ')}${rest}.`;
}
