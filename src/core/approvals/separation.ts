/**
 * Rule 9: nobody approves their own work. Excluded are the pull request's author, the person the run
 * works for, and every author, committer, co-author and pusher of its commits. An identity that
 * can't be tied to an account may be anyone's, so each raises the quorum by one.
 */
import type { ApprovalFacts, Review } from './facts.ts';
import type { Ask } from './judgement.ts';
import type { Refusal } from './refusal.ts';

export function separation(review: Review, facts: ApprovalFacts, { solo }: Ask): Refusal | null {
  const role = facts.roles[review.by?.id ?? 0] ?? 'none';
  // Rule 22: only by this explicit pack, and each use is marked.
  return solo && ['maintain', 'admin'].includes(role) ? null : ownWork(review, facts);
}

/** The part that the reviewer had in what they review. */
export function ownWork({ by }: Review, facts: ApprovalFacts): Refusal | null {
  if (by === null) return null;
  const refuse = (part: string) => ({ rule: 9, reason: `You ${part}; someone else approves it.` });
  if (facts.requester?.id === by.id) return refuse('asked for this work');
  if (facts.pull.author?.id === by.id) return refuse('opened this pull request');
  const part = facts.contributors.find(({ account }) => account?.id === by.id);
  return part ? refuse(`are ${part.as} of ${part.commit.slice(0, 7)}`) : null;
}

/** By how much identities that nobody could resolve raise the quorum. */
export function unresolved({ pull, contributors }: ApprovalFacts, { solo }: Ask): string[] {
  // Whom rule 9 would exclude does not matter where it excludes no maintainer.
  if (solo) return [];
  const names = contributors.filter(c => c.account === null).map(c => c.name);
  return [...new Set(pull.author === null ? ['the author of the pull request', ...names] : names)];
}
