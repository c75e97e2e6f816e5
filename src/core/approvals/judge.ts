/** Whether people have approved exactly this: every rule asked, the worst answer stands. */

import { answeredRequest } from './answered-request.ts';
import { type Approvals, NO_APPROVALS } from './approvals.ts';
import { approver } from './approver.ts';
import { bot } from './bot.ts';
import { codeOwners } from './code-owners.ts';
import { createdComment } from './created-comment.ts';
import { currentHead } from './current-head.ts';
import { dismissal } from './dismissal.ts';
import { expiry, holdsUntil } from './expiry.ts';
import { ApprovalFacts } from './facts.ts';
import { sameHead } from './fence.ts';
import { fork } from './fork.ts';
import {
  type Ask,
  byPrecedence,
  type Judgement,
  result,
  type StatementVerdict,
} from './judgement.ts';
import { latestStatement } from './latest-statement.ts';
import { liveState } from './live-state.ts';
import { isMaintainer } from './maintainer.ts';
import { newHead } from './new-head.ts';
import { openThread } from './open-thread.ts';
import { distinctPeople, quorum } from './quorum.ts';
import type { Refusal } from './refusal.ts';
import { requestedAgain } from './requested-again.ts';
import { revocation } from './revocation.ts';
import { ownWork, separation, unresolved } from './separation.ts';
import { singleUse } from './single-use.ts';
import { type Statement, statements } from './statement.ts';
import { teamsOf } from './teams.ts';
import { veto, vetoes } from './veto.ts';

export function judge(given: ApprovalFacts, ask: Ask): Judgement {
  const parsed = ApprovalFacts.safeParse(given);
  if (!parsed.success) return unusable(parsed.error.issues.map(issue => issue.path.join('.')));
  const facts = parsed.data;
  const all = statements(facts);
  const judged = all.map(statement => ({
    statement,
    refusal: refusalOf(statement, all, facts, ask),
  }));
  const counting = distinctPeople(judged.filter(j => j.refusal === null).map(j => j.statement));
  const raisedBy = unresolved(facts, ask);
  const objections = vetoes(facts);
  const standing = [
    openThread(facts),
    fork(facts),
    liveState(facts),
    sameHead(facts, ask),
    veto(facts),
  ];
  const owners = codeOwners(facts, counting);
  const reached = quorum(counting.length, ask.quorum, raisedBy);
  const results = [...standing, ...(owners ? [owners] : []), reached].sort(byPrecedence);
  const worst = results[0] ?? reached;
  const open = standing.every(({ outcome }) => outcome === 'approved');
  return {
    outcome: worst.outcome,
    reason: worst.reason,
    results,
    verdicts: judged.map(({ statement, refusal }) =>
      objections.some(({ id }) => id === statement.id)
        ? verdict(statement, 'objects', true, { rule: 8, reason: 'It stops what is asked for.' })
        : verdictOf(statement, refusal, facts),
    ),
    granted: counting.flatMap(({ by }) => (by ? [{ id: by.id, login: by.login }] : [])),
    until: counting.map(counted => holdsUntil(counted, ask.holdsForHours)).sort()[0] ?? null,
    approvals: {
      ...(open ? told(counting, facts, raisedBy.length) : NO_APPROVALS),
      codeowners: open && owners?.outcome === 'approved',
      vetoed: objections.length > 0,
    },
    missing: results.filter(r => r.outcome !== 'approved').map(r => r.reason),
  };
}

/** The rules about one statement, in the order in which their answer helps its author most. */
function refusalOf(
  statement: Statement,
  all: Statement[],
  facts: ApprovalFacts,
  ask: Ask,
): Refusal | null {
  return (
    bot(statement, facts.app) ??
    latestStatement(statement, all) ??
    dismissal(statement) ??
    revocation(statement) ??
    createdComment(statement) ??
    approver(statement, facts.roles) ??
    changesRequested(statement) ??
    separation(statement, facts, ask) ??
    answeredRequest(statement, ask) ??
    newHead(statement, ask.moves, facts) ??
    currentHead(statement, facts) ??
    requestedAgain(statement, facts) ??
    expiry(statement, ask) ??
    singleUse(statement, ask)
  );
}

/** Its author may approve, and does not: whether it is a veto is not asked here. */
const changesRequested = ({ state }: Statement): Refusal | null =>
  state === 'CHANGES_REQUESTED' ? { rule: 8, reason: 'It is against it.' } : null;

function verdictOf(
  statement: Statement,
  refusal: Refusal | null,
  facts: ApprovalFacts,
): StatementVerdict {
  const says =
    statement.state === 'APPROVED'
      ? 'approves'
      : statement.state === 'CHANGES_REQUESTED'
        ? 'objects'
        : 'neither';
  if (refusal) return verdict(statement, says, false, refusal);
  const excepted = ownWork(statement, facts);
  if (excepted)
    return verdict(statement, says, true, {
      rule: 22,
      reason: `Counts by the solo pack alone: ${excepted.reason}`,
    });
  return statement.review
    ? verdict(statement, says, true, { rule: 2, reason: 'It approves this head.' })
    : verdict(statement, says, true, { rule: 3, reason: 'It approves this request.' });
}

const verdict = (
  { id, review, by }: Statement,
  says: StatementVerdict['says'],
  counts: boolean,
  { rule, reason }: Refusal,
): StatementVerdict => ({
  statement: id,
  review: review?.id ?? null,
  by: by && { id: by.id, login: by.login },
  says,
  counts,
  rule,
  reason,
});

/** A raised quorum is taken off here, so that a policy's own numbers mean what they say. */
function told(counting: Statement[], facts: ApprovalFacts, raise: number): Approvals {
  const maintainers = counting.filter(({ by }) => by && isMaintainer(by.id, facts.roles));
  return {
    ...NO_APPROVALS,
    count: Math.max(0, counting.length - raise),
    maintainers: Math.max(0, maintainers.length - raise),
    // Who nobody could name may be the one who speaks for a team.
    teams: raise > 0 && counting.length <= raise ? [] : teamsOf(counting, facts),
  };
}

function unusable(paths: string[]): Judgement {
  const reason = `The facts can't be used: ${paths.join(', ')}.`;
  return {
    outcome: 'error',
    reason,
    results: [result(1, 'live state', 'error', reason)],
    verdicts: [],
    granted: [],
    until: null,
    approvals: NO_APPROVALS,
    missing: [reason],
  };
}
