/**
 * Nobody approves their own work. Excluded are the pull request's author, everyone who asked for a run
 * of it (the task, or a round of it), and every author, committer, co-author and pusher of its commits.
 * An identity that can't be tied to an account may be anyone's: each raises the quorum by one.
 */
import type { ApprovalFacts } from './facts.ts';
import type { Ask } from './judgement.ts';
import { isMaintainer } from './maintainer.ts';
import { type ApprovalRule, refused } from './rule.ts';
import type { Statement } from './statement.ts';

export const separation = {
  name: 'separation',
  words: 'nobody approves their own work',
  tells: 'always',
  ofStatement(statement, { facts, ask }) {
    const part = ownPart(statement, facts);
    return part === null || isExcepted(statement, facts, ask) ? null : refused(part);
  },
} satisfies ApprovalRule;

/** The part that the person had in what they approve, in words for them; null where they had none. */
export function ownPart({ by }: Pick<Statement, 'by'>, facts: ApprovalFacts): string | null {
  if (by === null) return null;
  const say = (part: string) => `You ${part}; someone else approves it.`;
  if (facts.requesters.some(({ id }) => id === by.id)) return say('asked for this work');
  if (facts.pull?.author?.id === by.id) return say('opened this pull request');
  const part = facts.contributors.find(({ account }) => account?.id === by.id);
  return part ? say(`are ${part.as} of ${part.commit.slice(0, 7)}`) : null;
}

/**
 * A maintainer for whom the work is done may be excepted, where policy says so: see `solo.ts`. What nobody
 * asked for, such as the task of a schedule, is done for every maintainer.
 */
export const isExcepted = (
  { by }: Pick<Statement, 'by'>,
  { roles, requesters }: Pick<ApprovalFacts, 'roles' | 'requesters'>,
  { solo }: Pick<Ask, 'solo'>,
): boolean =>
  solo &&
  by !== null &&
  isMaintainer(by.id, roles) &&
  (requesters.length === 0 || requesters.some(requester => requester.id === by.id));

/**
 * The identities that nobody could resolve: each raises by one how many it takes. Each may be one of the
 * approvers, but for those who are excepted: what part they had excludes them from nothing.
 */
export function unresolved(
  facts: ApprovalFacts,
  ask: Pick<Ask, 'solo'>,
  approvers: readonly Pick<Statement, 'by'>[],
): string[] {
  const { pull, contributors } = facts;
  // Two people may have one name: as git knows them, an identity is a name and an address.
  const identities = new Map(
    contributors
      .filter(({ account }) => account === null)
      .map(({ name, email = '' }) => [JSON.stringify([name, email]), name]),
  );
  const author = pull !== null && pull.author === null ? ['the author of the pull request'] : [];
  const names = [...author, ...identities.values()];
  const others = approvers.filter(approver => !isExcepted(approver, facts, ask));
  return ask.solo ? names.slice(0, others.length) : names;
}
