/** A statement of a person about a request: a review, a command, a button, or an answer in the console. */
import type { Account } from '../actor.ts';
import type { ApprovalCommand, ApprovalFacts, Review, Standing } from './facts.ts';

export type Statement = {
  /** `review-8`, `comment-12`, `button-<delivery>`, `console-<id>`. */
  id: string;
  /** In order within its kind. */
  number: number;
  by: Account | null;
  state: Review['state'] | 'REVOKED';
  at: string;
  /** The question that it is about; null where it is about all of them. */
  about: string | null;
  /** A review is given on a commit, a command answers a request. */
  review: { id: number; commit: string | null } | null;
  command: { request: string | null; revoked: string | null; standing: Standing } | null;
};

/** All statements, reviews first. */
export const statements = ({ reviews, answers }: ApprovalFacts): Statement[] => [
  ...reviews.map(ofReview),
  ...answers.map(ofAnswer),
];

/** A review is about the change that would be merged. */
const MERGE = 'pr.merge';

const ofReview = ({ id, by, state, commit, at }: Review): Statement => ({
  id: `review-${id}`,
  number: id,
  by,
  state,
  at,
  about: MERGE,
  review: { id, commit },
  command: null,
});

const SAYS = { approve: 'APPROVED', deny: 'CHANGES_REQUESTED', revoke: 'REVOKED' } as const;

/** `number`: its place in the log, where commands stand in the order in which they were taken. */
const ofAnswer = (answer: ApprovalCommand, number: number): Statement => ({
  id: answer.id,
  number,
  by: answer.by,
  state: SAYS[answer.says],
  at: answer.at,
  about: answer.question,
  review: null,
  command: { request: answer.request, revoked: answer.revoked, standing: answer.standing },
});

/** Whether it says something of this question. Who approves one thing says nothing of another. */
export const bearsOn = ({ state, about }: Pick<Statement, 'state' | 'about'>, question: string) =>
  state !== 'APPROVED' || about === question;

/** Whether it is for or against; a comment and a review that is not submitted are neither. */
export const isDecisive = ({ state }: Pick<Statement, 'state'>): boolean =>
  state !== 'COMMENTED' && state !== 'PENDING';

/** GitHub tells no time of these: theirs is when they were taken, by our own clock. */
const isByOurClock = ({ id }: Statement): boolean => /^(?:button|console)-/.test(id);

/**
 * Whether `a` was given before `b`. Where the order is unknown, an approval counts as the earlier one, so that
 * the statement that takes it back stands: of a review and a command within one second, and of two answers by
 * different clocks about which the log and the times differ.
 */
export function isBefore(a: Statement, b: Statement): boolean {
  const [first, second] = [Date.parse(a.at), Date.parse(b.at)];
  if (a.review === null && b.review === null && isByOurClock(a) !== isByOurClock(b))
    return isBeforeByLog(a, b);
  const sameKind = (a.review === null) === (b.review === null);
  if (sameKind) return first === second ? a.number < b.number : first < second;
  const [from, to] = [wholeSecond(a), wholeSecond(b)];
  if (from !== to) return from < to;
  return a.state === 'APPROVED' && b.state !== 'APPROVED';
}

/** What stands in the log before an answer that was taken at once was given before it; not so the other way round. */
function isBeforeByLog(a: Statement, b: Statement): boolean {
  const [earlier, later] = a.number < b.number ? [a, b] : [b, a];
  const isCertain = isByOurClock(later) || wholeSecond(earlier) < wholeSecond(later);
  if (isCertain || (a.state === 'APPROVED') === (b.state === 'APPROVED')) return earlier === a;
  return a.state === 'APPROVED';
}

const wholeSecond = ({ at }: Statement): number => Math.floor(Date.parse(at) / 1000);
