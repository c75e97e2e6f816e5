/** Rule 17: whose review is asked for again has not given it: that approval is pending. */
import type { ApprovalFacts } from './facts.ts';
import type { Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';

export const requestedAgain = (
  { by, review }: Pick<Statement, 'by' | 'review'>,
  { pull }: Pick<ApprovalFacts, 'pull'>,
): Refusal | null =>
  review !== null && by !== null && pull?.requested.includes(by.id)
    ? { rule: 17, reason: 'The review was requested again, so it is pending until it is given.' }
    : null;
