/**
 * Rule 8: CHANGES_REQUESTED by anyone who may approve is a veto, on whatever commit it was given,
 * until that person approves or an admin dismisses it. Rule 9 does not silence anyone: whoever
 * worked on the change may still stop it.
 */
import { approver } from './approver.ts';
import { bot } from './bot.ts';
import type { ApprovalFacts, Review } from './facts.ts';
import { type RuleResult, result } from './judgement.ts';
import { inOrder } from './latest-review.ts';

export function vetoes({ reviews, roles, app }: ApprovalFacts): Review[] {
  const ordered = inOrder(reviews);
  const standing = ordered.filter(
    (review, at) =>
      review.state === 'CHANGES_REQUESTED' &&
      !ordered.slice(at + 1).some(r => r.by?.id === review.by?.id && r.state === 'APPROVED') &&
      bot(review, app) === null &&
      approver(review, roles) === null,
  );
  // One for each person: the latest.
  return standing.filter((r, at) => !standing.slice(at + 1).some(o => o.by?.id === r.by?.id));
}

export function veto(facts: ApprovalFacts): RuleResult {
  const by = vetoes(facts).map(review => `@${review.by?.login}`);
  return by.length === 0
    ? result(8, 'veto', 'approved', 'Nobody requests changes.')
    : result(
        8,
        'veto',
        'veto',
        `${by.join(', ')} ${by.length > 1 ? 'request' : 'requests'} changes.`,
      );
}
