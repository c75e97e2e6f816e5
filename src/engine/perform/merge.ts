/** The merge: policy is asked once more right before it, then exactly that head is merged. */
import type { Folded } from '../../core/fold.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { createdOf, type TaskState } from '../../core/task/state.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Handle } from '../handle.ts';
import type { LeaseGuard } from '../lease-guard.ts';
import { holdingRef } from '../ref-lease.ts';
import { type OfRun, useApproval } from './use-approval.ts';

export async function markReady(
  { github }: Pick<Dependencies, 'github'>,
  folded: Folded<TaskState>,
  run: string,
  guard: LeaseGuard,
): Promise<TaskCommand> {
  const { number } = pullOf(folded);
  await guard.check();
  await github.writes.markReady(createdOf(folded.state).repository, number);
  return { type: 'record_ready', run };
}

export async function merge(
  deps: Dependencies & { handle: Handle },
  task: string,
  folded: Folded<TaskState>,
  effect: OfRun,
  guard: LeaseGuard,
): Promise<TaskCommand> {
  const { number, head } = pullOf(folded);
  const { run } = effect;
  const question = { action: 'pr.merge', run } as const;
  const approved = await useApproval(deps, task, folded, effect, question, guard);
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
      return { type: 'merge_blocked', run, reason: merged.reason };
    case 'refused':
      return { type: 'refused', run, reason: merged.reason };
  }
}

function pullOf({ state }: Folded<TaskState>): NonNullable<TaskState['pull']> {
  if (!state.pull) throw new Error('there is no pull request');
  return state.pull;
}
