/** A review counts only for the head it was given on. A null commit never counts. */
import { type ApprovalRule, refused } from './rule.ts';
import { updatesSince } from './update-merge.ts';

export const currentHead = {
  name: 'current-head',
  words: 'a review counts for the commit it was given on',
  ofStatement({ review }, { facts }) {
    if (review === null) return null;
    const { commit } = review;
    if (facts.pull === null)
      return refused(
        'A review approves a pull request, and this is asked before there is one: write `/agent approve` where it is asked.',
      );
    if (commit === null)
      return refused(
        'GitHub no longer says which commit it was given on. Review the pull request again.',
      );
    if (commit === facts.pull.head || updatesSince(commit, facts)) return null;
    const [given, head] = [commit, facts.pull.head].map(sha => sha.slice(0, 7));
    return refused(
      `It was given on ${given}; the head is ${head}. Look at what came since, and approve again.`,
    );
  },
} satisfies ApprovalRule;
