/** Whose review is asked for again has not given it: that approval is pending. */
import { type ApprovalRule, refused } from './rule.ts';

export const requestedAgain = {
  name: 'requested-again',
  words: 'a review that is requested again is pending until it is given',
  ofStatement: ({ by, review }, { facts: { pull } }) =>
    review !== null && by !== null && pull?.requested.includes(by.id)
      ? refused('The review was requested again, so it is pending until it is given.')
      : null,
} satisfies ApprovalRule;
