/** A task that has ended leaves nothing behind but its record. */
import type { Folded } from '../../core/fold.ts';
import { createdOf, type TaskState } from '../../core/task/state.ts';
import type { Claim } from '../claim.ts';
import type { Parts } from '../parts.ts';

/** The right to write one (repository id, ref), held by a task as long as it is open. */
export const refLease = (repositoryId: number, branch: string): string =>
  `ref:${repositoryId}:refs/heads/${branch}`;

export async function cleanUp(
  { github, workspaces }: Pick<Parts, 'github' | 'workspaces'>,
  task: string,
  { state }: Folded<TaskState>,
  claim: Claim,
): Promise<void> {
  const { repository, branch } = createdOf(state);
  await workspaces.reap(run => !run.startsWith(`${task}-`));
  // A pull request that stays open keeps its branch.
  const done = state.merged !== null || (state.pull === null && state.pushed !== null);
  if (!done || !state.pushed) return;
  await claim.check();
  await github.writes.deleteBranch(repository, branch, state.merged?.head ?? state.pushed.sha);
}
