/** Whether people have approved exactly this head: every rule asked, the worst answer stands. */
import type { Person } from '../actor.ts';
import { type Approvals, NO_APPROVALS } from './approvals.ts';
import { approver } from './approver.ts';
import { bot } from './bot.ts';
import { currentHead } from './current-head.ts';
import { dismissal } from './dismissal.ts';
import { ApprovalFacts, type Review } from './facts.ts';
import { sameHead } from './fence.ts';
import { type Ask, byPrecedence, type Judgement, result, type Verdict } from './judgement.ts';
import { latestReview } from './latest-review.ts';
import { liveState } from './live-state.ts';
import { newHead } from './new-head.ts';
import { openPull } from './open-pull.ts';
import { distinctPeople, quorum } from './quorum.ts';
import type { Refusal } from './refusal.ts';
import { ownWork, separation, unresolved } from './separation.ts';
import { veto, vetoes } from './veto.ts';

export function judge(given: ApprovalFacts, ask: Ask): Judgement {
  const parsed = ApprovalFacts.safeParse(given);
  if (!parsed.success) return unusable(parsed.error.issues.map(issue => issue.path.join('.')));
  const facts = parsed.data;
  const refusals = facts.reviews.map(review => ({
    review,
    refusal: refusalOf(review, facts, ask),
  }));
  const counting = distinctPeople(refusals.filter(r => r.refusal === null).map(r => r.review));
  const raisedBy = unresolved(facts, ask);
  const standing = [openPull(facts), liveState(facts), sameHead(facts, ask), veto(facts)];
  const reached = quorum(counting.length, ask.quorum, raisedBy);
  const results = [...standing, reached].sort(byPrecedence);
  const worst = results[0] ?? reached;
  const open = standing.every(({ outcome }) => outcome === 'approved');
  return {
    outcome: worst.outcome,
    reason: worst.reason,
    results,
    verdicts: refusals.map(({ review, refusal }) => verdict(review, refusal, facts)),
    granted: counting.flatMap(({ by }) => (by ? [person(by)] : [])),
    refused: refusals.flatMap(({ review, refusal }) => answerable(review, refusal)),
    approvals: {
      ...(open ? told(counting, facts, raisedBy.length) : NO_APPROVALS),
      vetoed: vetoes(facts).length > 0,
    },
    missing: results.filter(r => r.outcome !== 'approved').map(r => r.reason),
  };
}

/** The rules about one review, in the order in which their answer helps its author most. */
function refusalOf(review: Review, facts: ApprovalFacts, ask: Ask): Refusal | null {
  return (
    bot(review, facts.app) ??
    latestReview(review, facts.reviews) ??
    dismissal(review) ??
    changesRequested(review) ??
    approver(review, facts.roles) ??
    separation(review, facts, ask) ??
    newHead(review, ask.voided ?? []) ??
    currentHead(review, facts.pull.head)
  );
}

const changesRequested = ({ state }: Review): Refusal | null =>
  state === 'CHANGES_REQUESTED' ? { rule: 8, reason: 'It requests changes.' } : null;

function verdict(review: Review, refusal: Refusal | null, facts: ApprovalFacts): Verdict {
  const base = { review: review.id, login: review.by?.login ?? '' };
  if (refusal) return { ...base, counts: false, ...refusal };
  const excepted = ownWork(review, facts);
  return excepted
    ? {
        ...base,
        counts: true,
        rule: 22,
        reason: `Counts by the solo pack alone: ${excepted.reason}`,
      }
    : { ...base, counts: true, rule: 2, reason: 'It approves this head.' };
}

/** Rules that say a person may not approve at all. */
const MAY_NOT = [9, 11];

function answerable(review: Review, refusal: Refusal | null): Judgement['refused'] {
  const { by, state } = review;
  return by && refusal && state === 'APPROVED' && MAY_NOT.includes(refusal.rule)
    ? [{ review: review.id, by: person(by), ...refusal }]
    : [];
}

/** A raised quorum is taken off here, so that a policy's own numbers mean what they say. */
function told(counting: Review[], { roles }: ApprovalFacts, raise: number): Approvals {
  const maintainers = counting.filter(
    ({ by }) => by && ['maintain', 'admin'].includes(roles[by.id] ?? 'none'),
  );
  return {
    ...NO_APPROVALS,
    count: Math.max(0, counting.length - raise),
    maintainers: Math.max(0, maintainers.length - raise),
  };
}

const person = ({ id, login }: Person): Person => ({ id, login });

function unusable(paths: string[]): Judgement {
  const reason = `The facts can't be used: ${paths.join(', ')}.`;
  return {
    outcome: 'error',
    reason,
    results: [result(1, 'live state', 'error', reason)],
    verdicts: [],
    granted: [],
    refused: [],
    approvals: NO_APPROVALS,
    missing: [reason],
  };
}
