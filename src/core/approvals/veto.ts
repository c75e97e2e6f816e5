/**
 * Rule 8: a request for changes, and a denial, by anyone who may approve is a veto, on whatever
 * commit it was given, until that person approves or an admin dismisses it. Rule 9 does not silence
 * anyone: whoever worked on the change may still stop it.
 */
import { approver } from './approver.ts';
import { bot } from './bot.ts';
import { createdComment } from './created-comment.ts';
import type { ApprovalFacts } from './facts.ts';
import { type RuleResult, result } from './judgement.ts';
import { revocation } from './revocation.ts';
import { isBefore, type Statement, statements } from './statement.ts';

/** One for each person: the latest. */
export function vetoes(facts: ApprovalFacts): Statement[] {
  const all = statements(facts);
  const later = (veto: Statement) => all.filter(s => s.by?.id === veto.by?.id && isBefore(veto, s));
  return all.filter(
    statement =>
      statement.state === 'CHANGES_REQUESTED' &&
      !later(statement).some(s => s.state === 'CHANGES_REQUESTED' || lifts(s)) &&
      bot(statement, facts.app) === null &&
      approver(statement, facts.roles) === null,
  );
}

/** An approval that was taken back, or never was one, lifts nothing. */
const lifts = (statement: Statement): boolean =>
  statement.state === 'APPROVED' &&
  revocation(statement) === null &&
  createdComment(statement) === null;

export function veto(facts: ApprovalFacts): RuleResult {
  const by = [...new Set(vetoes(facts).map(({ by }) => `@${by?.login}`))];
  const says = by.length > 1 ? 'are against it' : 'is against it';
  return by.length === 0
    ? result(8, 'veto', 'approved', 'Nobody is against it.')
    : result(8, 'veto', 'veto', `${by.join(', ')} ${says}.`);
}
