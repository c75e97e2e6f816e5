/** Rule 14: an approval is good for one use. What a use rested on is spent with it. */
import type { Ask } from './judgement.ts';
import type { Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';

// Commands answer a request, which its use has ended.
export const singleUse = (
  { review }: Pick<Statement, 'review'>,
  { spent }: Pick<Ask, 'spent'>,
): Refusal | null =>
  review !== null && spent.includes(review.id)
    ? { rule: 14, reason: 'It was used already: an approval is good for one use.' }
    : null;
