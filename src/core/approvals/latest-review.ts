/** Rule 6: a person's latest decisive review wins; comments and drafts of reviews are neutral. */
import type { Review } from './facts.ts';
import type { Refusal } from './refusal.ts';

export const isDecisive = ({ state }: Pick<Review, 'state'>): boolean =>
  state === 'APPROVED' || state === 'CHANGES_REQUESTED' || state === 'DISMISSED';

/** In the order they were given. */
export const inOrder = (reviews: Review[]): Review[] =>
  reviews.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id - b.id));

export function latestReview(review: Review, all: Review[]): Refusal | null {
  if (!isDecisive(review)) return { rule: 6, reason: 'A comment is neither for nor against.' };
  const latest = inOrder(all).findLast(
    other => other.by?.id === review.by?.id && isDecisive(other),
  );
  return latest?.id === review.id
    ? null
    : { rule: 6, reason: 'A later review by the same person stands in its place.' };
}
