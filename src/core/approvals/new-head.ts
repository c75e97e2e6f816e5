/**
 * Rule 4: every new head, and every new base, invalidates. A head that moves away and back has the
 * old sha again, so what a move has voided stays void, whatever commit it names.
 */
import type { ApprovalFacts } from './facts.ts';
import type { Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';
import { updateMerge } from './update-merge.ts';

/** The head or the base moved. */
export type Move = {
  /** The new head, or `base:` and the new base branch. */
  to: string;
  /** By GitHub's clock; null where only the move itself was seen. */
  at: string | null;
  /** Ids of the reviews that counted until then. */
  reviews: readonly number[];
};

/** The moves with one more; what is known of the same move already is added to. */
export function withMove(moves: readonly Move[], move: Move): Move[] {
  const last = moves.at(-1);
  if (last?.to !== move.to) return [...moves, move];
  const reviews = [...new Set([...last.reviews, ...move.reviews])];
  return [...moves.slice(0, -1), { to: last.to, at: last.at ?? move.at, reviews }];
}

export function newHead(
  { review, at }: Pick<Statement, 'review' | 'at'>,
  moves: readonly Move[],
  facts: Pick<ApprovalFacts, 'pull' | 'updateMerge'>,
): Refusal | null {
  // Commands are bound to a request, which the move has ended.
  if (review === null) return null;
  // Rule 5: the move to this head may be no more than the merging of the base.
  const exempt = review.commit !== null && updateMerge(review.commit, facts);
  const last = moves.findLastIndex(move => move.to === facts.pull?.head);
  const voids = (move: Move) =>
    move.reviews.includes(review.id) || (move.at !== null && Date.parse(at) < Date.parse(move.at));
  return moves.some((move, index) => voids(move) && !(exempt && index === last))
    ? { rule: 4, reason: 'The head or the base moved after it, which voided it for good.' }
    : null;
}
