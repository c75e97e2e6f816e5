/**
 * Every new head, and every new base, invalidates. A head that moves away and back has the old sha
 * again, so what a move has voided stays void, whatever commit it names.
 */
import type { Move } from './moves.ts';
import { type ApprovalRule, refused } from './rule.ts';
import { updatesSince } from './update-merge.ts';

export const newHead = {
  name: 'new-head',
  words: 'every new head, and every new base branch, voids what was approved before',
  ofStatement({ review, at }, { ask, facts }) {
    // Commands are bound to a request, which the move has ended.
    if (review === null) return null;
    // The last moves to these heads may be no more than the merging of the base.
    const updates = (review.commit !== null && updatesSince(review.commit, facts)) || [];
    const exempt = updates.map(head => ask.moves.findLastIndex(move => move.to === head));
    const voids = (move: Move) =>
      move.reviews.includes(review.id) ||
      (move.at !== null && Date.parse(at) < Date.parse(move.at));
    return ask.moves.some((move, index) => voids(move) && !exempt.includes(index))
      ? refused(
          'The head or the base moved after it, which voided it for good. Look at what came since, and approve again.',
        )
      : null;
  },
} satisfies ApprovalRule;
