/** A task that has ended leaves nothing behind but its record. */
import type { Folded } from '../../core/fold.ts';
import { createdOf, type TaskState } from '../../core/task/state.ts';
import type { Dependencies } from '../dependencies.ts';
import type { LeaseGuard } from '../lease-guard.ts';
import { holdingRef } from '../ref-lease.ts';

export async function cleanUp(
  deps: Dependencies,
  task: string,
  { state }: Folded<TaskState>,
  guard: LeaseGuard,
): Promise<void> {
  const { repository, branch } = createdOf(state);
  const runs = await deps.workspaces.runs();
  await deps.workspaces.reap(runs.filter(run => run.startsWith(`${task}-`)));
  // A pull request that stays open keeps its branch.
  const done = state.merged !== null || (state.pull === null && state.pushed !== null);
  if (!done || !state.pushed) return;
  const last = state.merged?.head ?? state.pushed.sha;
  await holdingRef(deps, { repositoryId: repository.id, branch }, guard, () =>
    deps.github.writes.deleteBranch(repository, branch, last),
  );
}
