/** The merge: policy is asked once more right before it, then exactly that head is merged. */
import { blockedBy } from '../../core/task/blocked.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { createdOf, type TaskState } from '../../core/task/state.ts';
import { holdingRef } from '../ref-lease.ts';
import type { TaskEffect } from '../task-context.ts';
import { useApproval } from './use-approval.ts';

export async function markReady(context: TaskEffect<'mark_ready'>): Promise<TaskCommand> {
  const { deps, folded, effect, guard } = context;
  const { number } = pullOf(folded.state);
  await guard.check();
  await deps.github.writes.markReady(createdOf(folded.state).repository, number);
  return { type: 'record', event: { type: 'pull.readied', v: 1, data: { run: effect.run } } };
}

export async function merge(context: TaskEffect<'merge'>): Promise<TaskCommand> {
  const { deps, folded, effect, guard } = context;
  const { number, head } = pullOf(folded.state);
  const { run } = effect;
  const { checksUntil, mergeWaits } = folded.state;
  // It was allowed, and waits all the same: it is opened again once policy has been asked again.
  if (mergeWaits) return { type: 'performed', key: effect.key };
  const approved = await useApproval(context, 'pr.merge', effect);
  if ('instead' in approved) return approved.instead;
  const { repository, branch } = createdOf(folded.state);
  const merged = await holdingRef(deps, { repositoryId: repository.id, branch }, guard, () =>
    deps.github.writes.merge(repository, number, head, approved.fresh),
  );
  switch (merged.outcome) {
    case 'merged':
      return { type: 'merged', commit: merged.commit, head, by: 'gatehouse' };
    case 'moved':
      return { type: 'head_moved', to: merged.head };
    case 'blocked':
      return {
        type: 'merge_blocked',
        run,
        because: blockedBy('github', merged.reason, checksUntil),
      };
  }
}

function pullOf(state: TaskState): NonNullable<TaskState['pull']> {
  if (!state.pull) throw new Error('there is no pull request');
  return state.pull;
}
