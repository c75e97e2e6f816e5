/** Rule 2: a review counts only for the head it was given on. A null commit never counts. */
import type { Review } from './facts.ts';
import type { Refusal } from './refusal.ts';

export function currentHead({ commit }: Pick<Review, 'commit'>, head: string): Refusal | null {
  if (commit === null)
    return { rule: 2, reason: 'GitHub no longer says which commit it was given on.' };
  return commit === head
    ? null
    : {
        rule: 2,
        reason: `It was given on ${commit.slice(0, 7)}; the head is ${head.slice(0, 7)}.`,
      };
}
