/** Rule 2: a review counts only for the head it was given on. A null commit never counts. */
import type { ApprovalFacts } from './facts.ts';
import type { Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';
import { updateMerge } from './update-merge.ts';

export function currentHead(
  { review }: Pick<Statement, 'review'>,
  facts: Pick<ApprovalFacts, 'pull' | 'updateMerge'>,
): Refusal | null {
  if (review === null) return null;
  const { commit } = review;
  if (facts.pull === null)
    return { rule: 2, reason: 'A review approves a pull request, and this is asked before one.' };
  if (commit === null)
    return { rule: 2, reason: 'GitHub no longer says which commit it was given on.' };
  if (commit === facts.pull.head || updateMerge(commit, facts)) return null;
  return {
    rule: 2,
    reason: `It was given on ${commit.slice(0, 7)}; the head is ${facts.pull.head.slice(0, 7)}.`,
  };
}
