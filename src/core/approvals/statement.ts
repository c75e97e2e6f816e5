/** What a person said of a request, in whatever way: a review, a command, a button. */
import type { Account } from '../actor.ts';
import type { ApprovalCommand, ApprovalFacts, Review, Standing } from './facts.ts';

export type Statement = {
  /** `review-8`, `comment-12`, `button-<delivery>`. */
  id: string;
  /** In order within its kind. */
  number: number;
  by: Account | null;
  state: Review['state'] | 'REVOKED';
  at: string;
  /** A review is given on a commit, a command answers a request. */
  review: { id: number; commit: string | null } | null;
  command: { request: string | null; revoked: string | null; standing: Standing } | null;
};

/** Everything that was said, reviews first. */
export const statements = ({ reviews, answers }: ApprovalFacts): Statement[] => [
  ...reviews.map(ofReview),
  ...answers.map(ofAnswer),
];

const ofReview = ({ id, by, state, commit, at }: Review): Statement => ({
  id: `review-${id}`,
  number: id,
  by,
  state,
  at,
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
  review: null,
  command: { request: answer.request, revoked: answer.revoked, standing: answer.standing },
});

/** For or against. A comment, and a review that is not submitted, are neither. */
export const isDecisive = ({ state }: Pick<Statement, 'state'>): boolean =>
  state !== 'COMMENTED' && state !== 'PENDING';

/**
 * Whether `a` was said before `b`. Within one second a review and a command can't be told apart:
 * there an approval counts as the earlier one, so that what takes it back stands.
 */
export function isBefore(a: Statement, b: Statement): boolean {
  const [first, second] = [Date.parse(a.at), Date.parse(b.at)];
  const sameKind = (a.review === null) === (b.review === null);
  if (sameKind) return first === second ? a.number < b.number : first < second;
  const [from, to] = [Math.floor(first / 1000), Math.floor(second / 1000)];
  if (from !== to) return from < to;
  return a.state === 'APPROVED' && b.state !== 'APPROVED';
}
