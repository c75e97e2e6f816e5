/**
 * A request for changes, and a denial, by anyone who may approve is a veto, on whatever commit it was
 * given, until that person approves what it was about or what is asked now, or an admin dismisses it.
 * Separation silences nobody: whoever worked on the change may still stop it.
 */
import { approver } from './approver.ts';
import { bot } from './bot.ts';
import { createdComment } from './created-comment.ts';
import { revocation } from './revocation.ts';
import type { ApprovalCase, ApprovalRule, RequestRuling } from './rule.ts';
import { isBefore, type Statement } from './statement.ts';

export const veto = {
  name: 'veto',
  words: 'whoever may approve and is against it stops it, until they approve',
  ofStatement: (statement, given) =>
    isVeto(statement, given) ? { counts: true, reason: 'It stops what is asked for.' } : null,
  ofRequest(given): RequestRuling {
    const against = given.said.filter(statement => isVeto(statement, given));
    const by = [...new Set(against.map(({ by }) => `@${by?.login}`))];
    const says = by.length > 1 ? 'are against it' : 'is against it';
    return by.length === 0
      ? { outcome: 'approved', reason: 'Nobody is against it.' }
      : { outcome: 'veto', reason: `${by.join(', ')} ${says}.` };
  },
} satisfies ApprovalRule;

/** One for each person: the latest. */
function isVeto(statement: Statement, given: ApprovalCase): boolean {
  if (statement.state !== 'CHANGES_REQUESTED') return false;
  const later = given.said.filter(
    other => other.by?.id === statement.by?.id && isBefore(statement, other),
  );
  return (
    !later.some(
      other =>
        other.state === 'CHANGES_REQUESTED' ||
        (isAnswerTo(other, statement, given) && lifts(other, later)),
    ) &&
    bot.ofStatement(statement, given) === null &&
    approver.ofStatement(statement, given) === null
  );
}

/** Whether it approves what the veto was about, or what is asked now. */
const isAnswerTo = (approval: Statement, against: Statement, { ask }: ApprovalCase): boolean =>
  approval.about === against.about || approval.about === ask.question;

/** An approval that was taken back, or never was one, lifts nothing. `later`: what the person said since. */
const lifts = (statement: Statement, later: readonly Statement[]): boolean =>
  statement.state === 'APPROVED' &&
  !later.some(other => other.state === 'REVOKED' && isBefore(statement, other)) &&
  revocation.ofStatement(statement) === null &&
  createdComment.ofStatement(statement) === null;
