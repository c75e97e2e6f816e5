/** The merge: policy is asked once more right before it, then exactly that head is merged. */
import type { Folded } from '../../core/fold.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { createdOf, type TaskState } from '../../core/task/state.ts';
import type { Claim } from '../claim.ts';
import type { Handle } from '../handle.ts';
import type { Parts } from '../parts.ts';
import { holdingRef } from '../ref-lease.ts';
import { type OfRun, useApproval } from './use-approval.ts';

export async function markReady(
  { github }: Pick<Parts, 'github'>,
  folded: Folded<TaskState>,
  run: string,
  claim: Claim,
): Promise<TaskCommand> {
  const { number } = pullOf(folded);
  await claim.check();
  await github.writes.markReady(createdOf(folded.state).repository, number);
  return { type: 'readied', run };
}

export async function merge(
  parts: Parts & { handle: Handle },
  task: string,
  folded: Folded<TaskState>,
  effect: OfRun,
  claim: Claim,
): Promise<TaskCommand> {
  const { number, head } = pullOf(folded);
  const { run } = effect;
  const question = { gate: 'merge', action: 'pr.merge', run } as const;
  const approved = await useApproval(parts, task, folded, effect, question, claim);
  if ('instead' in approved) return approved.instead;
  const { repository, branch } = createdOf(folded.state);
  const merged = await holdingRef(parts, repository.id, branch, claim, () =>
    parts.github.writes.merge(repository, number, head, approved.fresh),
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
