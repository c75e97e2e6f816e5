/**
 * Rule 9: nobody approves their own work. Excluded are the pull request's author, everyone who asked for
 * a run of it (the task, or a round of it), and every author, committer, co-author and pusher of its
 * commits. An identity that can't be tied to an account may be anyone's: each raises the quorum by one.
 */
import type { ApprovalFacts } from './facts.ts';
import type { Refusal } from './refusal.ts';
import { solo } from './solo.ts';
import type { Statement } from './statement.ts';

type By = Pick<Statement, 'by'>;

export const separation = (
  statement: By,
  facts: ApprovalFacts,
  ask: { solo: boolean },
): Refusal | null => (solo(statement, facts, ask) ? null : ownWork(statement, facts));

/** The part that the person had in what they approve. */
export function ownWork({ by }: By, facts: ApprovalFacts): Refusal | null {
  if (by === null) return null;
  const refuse = (part: string) => ({ rule: 9, reason: `You ${part}; someone else approves it.` });
  if (facts.requesters.some(({ id }) => id === by.id)) return refuse('asked for this work');
  if (facts.pull?.author?.id === by.id) return refuse('opened this pull request');
  const part = facts.contributors.find(({ account }) => account?.id === by.id);
  return part ? refuse(`are ${part.as} of ${part.commit.slice(0, 7)}`) : null;
}

/** By how much identities that nobody could resolve raise the quorum. */
export function unresolved(
  { pull, contributors }: ApprovalFacts,
  ask: { solo: boolean },
): string[] {
  // Whom rule 9 would exclude does not matter where it excludes no maintainer.
  if (ask.solo) return [];
  const names = contributors.filter(c => c.account === null).map(c => c.name);
  const author = pull !== null && pull.author === null ? ['the author of the pull request'] : [];
  return [...new Set([...author, ...names])];
}
