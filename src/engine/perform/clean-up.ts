/** A task that has ended leaves nothing behind but its record. */
import type { Folded } from '../../core/fold.ts';
import { createdOf, type TaskState } from '../../core/task/state.ts';
import type { Claim } from '../claim.ts';
import type { Parts } from '../parts.ts';
import { holdingRef } from '../ref-lease.ts';

export async function cleanUp(
  parts: Parts,
  task: string,
  { state }: Folded<TaskState>,
  claim: Claim,
): Promise<void> {
  const { repository, branch } = createdOf(state);
  const runs = await parts.workspaces.runs();
  await parts.workspaces.reap(runs.filter(run => run.startsWith(`${task}-`)));
  // A pull request that stays open keeps its branch.
  const done = state.merged !== null || (state.pull === null && state.pushed !== null);
  if (!done || !state.pushed) return;
  const last = state.merged?.head ?? state.pushed.sha;
  await holdingRef(parts, repository.id, branch, claim, () =>
    parts.github.writes.deleteBranch(repository, branch, last),
  );
}
