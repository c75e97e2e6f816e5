/** A task that has ended leaves nothing behind but its record. */
import { taskStream } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { pushesToPull } from '../../core/task/events/works-on.ts';
import { createdOf, isOpen, isOver } from '../../core/task/state/state.ts';
import { runName } from '../attempt/run-context.ts';
import { loadFolded } from '../handle.ts';
import { reap } from '../reap.ts';
import { holdingRef } from '../ref-lease.ts';
import { asTask } from '../streams.ts';
import type { TaskEffect } from '../task-context.ts';

export async function cleanUp(context: TaskEffect<'clean_up'>): Promise<TaskCommand> {
  const { deps, task, effect, guard } = context;
  const stream = taskStream(task);
  const left = await deps.workspaces.runs();
  // Read after the folders: somebody may have had the task tried again, and its next run is at work.
  const { state } = asTask(await loadFolded(deps.log, stream));
  const created = createdOf(state);
  const { repository, branch } = created;
  if (!isOpen(state)) await deps.runOutput.drop({ task });
  const over = new Set(state.runs.filter(isOver).map(run => runName({ task, run })));
  await reap(
    deps,
    left.filter(name => over.has(name)),
  );
  // A pull request that stays open keeps its branch, and so does a task that goes on by a retry.
  const unused = !isOpen(state) && state.pull === null && !pushesToPull(created);
  const done = state.merged !== null || unused;
  if (done && state.pushed) {
    const last = state.merged?.head ?? state.pushed.sha;
    await holdingRef(deps, { repositoryId: repository.id, branch }, guard, async () => {
      // Somebody may have had it tried again meanwhile.
      const now = asTask(await loadFolded(deps.log, stream));
      if (!isOpen(now.state)) await deps.github.writes.deleteBranch(repository, branch, last);
    });
  }
  return { type: 'performed', key: effect.key };
}
