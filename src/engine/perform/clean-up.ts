/** A task that has ended leaves nothing behind but its record. */
import type { TaskCommand } from '../../core/task/command.ts';
import { createdOf } from '../../core/task/state.ts';
import { holdingRef } from '../ref-lease.ts';
import type { TaskEffect } from '../task-context.ts';

export async function cleanUp(context: TaskEffect<'clean_up'>): Promise<TaskCommand> {
  const { deps, task, folded, effect, guard } = context;
  const { state } = folded;
  const { repository, branch } = createdOf(state);
  const runs = await deps.workspaces.runs();
  await deps.workspaces.reap(runs.filter(run => run.startsWith(`${task}-`)));
  // A pull request that stays open keeps its branch.
  const done = state.merged !== null || (state.pull === null && state.pushed !== null);
  if (done && state.pushed) {
    const last = state.merged?.head ?? state.pushed.sha;
    await holdingRef(deps, { repositoryId: repository.id, branch }, guard, () =>
      deps.github.writes.deleteBranch(repository, branch, last),
    );
  }
  return { type: 'performed', key: effect.key };
}
