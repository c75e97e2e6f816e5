/** An approval is good for one use. What a use rested on is spent with it. */
import { type ApprovalRule, refused } from './rule.ts';

export const singleUse = {
  name: 'single-use',
  words: 'an approval is good for one use',
  // Commands answer a request, which its use has ended.
  ofStatement: ({ review }, { ask }) =>
    review !== null && ask.spent.includes(review.id)
      ? refused('It was used already: an approval is good for one use. Approve again.')
      : null,
} satisfies ApprovalRule;
