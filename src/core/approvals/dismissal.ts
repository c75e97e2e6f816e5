/**
 * A dismissal never restores an older approval. It takes its review's place as the latest decisive
 * one, and says nothing.
 */
import { type ApprovalRule, refused } from './rule.ts';

export const dismissal = {
  name: 'dismissal',
  words: 'a review that was dismissed counts for nothing, and brings no older one back',
  ofStatement: ({ state }) =>
    state === 'DISMISSED'
      ? refused(
          'It was dismissed, and an older one does not take its place. Review the pull request again.',
        )
      : null,
} satisfies ApprovalRule;
