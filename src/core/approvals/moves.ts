/** How the head and the base of a pull request moved: every move may void what was approved before it. */

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
