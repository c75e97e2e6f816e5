/** The merge: policy is asked once more right before it, then exactly that head is merged. */
import type { Folded } from '../../core/fold.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { createdOf, type TaskState } from '../../core/task/state.ts';
import type { Claim } from '../claim.ts';
import type { Parts } from '../parts.ts';
import { holdingRef } from '../ref-lease.ts';
import { askPolicy } from './ask-policy.ts';

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
  parts: Parts,
  folded: Folded<TaskState>,
  run: string,
  claim: Claim,
): Promise<TaskCommand> {
  const { number, head } = pullOf(folded);
  const question = {
    kind: 'decide' as const,
    key: '',
    since: folded.version,
    failures: 0,
    notBefore: null,
    gate: 'merge' as const,
    action: 'pr.merge' as const,
    run,
    rework: null,
  };
  const answer = await askPolicy(parts, folded, question);
  if (answer.type !== 'decided' || answer.decision.outcome !== 'allow') return answer;
  const { repository, branch } = createdOf(folded.state);
  const merged = await holdingRef(parts, repository.id, branch, claim, () =>
    parts.github.writes.merge(repository, number, head),
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
