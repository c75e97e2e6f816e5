/**
 * An answer in the console names the digest that the person saw. What is answered already, or asks for
 * something else by now, takes no answer: the person is told at once, and nothing is appended.
 */
import { capsuleId } from '../../approvals/request.ts';
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { openApprovals } from '../approvals/open-approvals.ts';
import type { Answered, Approval, TaskState } from '../state/state.ts';
import type { TaskCommand } from './command.ts';

type Answer = Extract<TaskCommand, { type: 'answer' }>;

/** Why the answer is not taken; null: it is. */
export function notTaken(state: TaskState, { data, names }: Answer): CommandRefusal | null {
  if (data.via !== 'console' || data.says === 'revoke') return null;
  const asked = state.approvals.findLast(({ digest }) => digest === names);
  const open = openApprovals(state).find(({ digest }) => digest === names);
  if (!open) return asked ? refusal('ended', whatBecame(asked)) : otherOne(state);
  if (data.says === 'deny') return null;
  const before = state.answers.findLast(answer => isBeingJudged(open, answer));
  if (before && before.by.id === data.by.id)
    return refusal('repeated', 'You have answered this already, and it is being judged.');
  if (before)
    return refusal(
      'busy',
      `Already decided by ${before.by.login}: their answer (${before.says}) is being judged.`,
    );
  return open.status === 'requested' ? null : refusal('ended', whatBecame(open));
}

/** Of two who answer at the same time one is first, and what comes of that decides whether another answer is needed. */
const isBeingJudged = (
  { id, judged }: Approval,
  { approval, says, revoked, seq }: Answered,
): boolean => approval === id && says !== 'revoke' && revoked === null && seq > judged;

function otherOne(state: TaskState): CommandRefusal {
  const latest = openApprovals(state).at(-1);
  if (!latest?.digest) return refusal('ended', 'Nothing waits for approval here any more.');
  return refusal(
    'stale',
    `What waits for approval now is another one: ${capsuleId(latest.digest)}. Look at that before you answer.`,
  );
}

/** In a sentence, for whoever comes too late. */
export function whatBecame({ status, by, denial }: Approval): string {
  const people = by.map(({ login }) => login).join(', ');
  switch (status) {
    case 'granted':
    case 'used':
      return `Already decided by ${people || 'somebody else'}: approved.`;
    case 'denied':
      return `Already decided: denied. ${denial}`.trim();
    case 'void':
      return 'It is not asked any more: what it was about has changed.';
    case 'requested':
      return 'It waits for approval.';
  }
}
