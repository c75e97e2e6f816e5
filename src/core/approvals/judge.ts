/** Whether people have approved exactly this: every rule of the table is asked, the worst answer stands. */
import { answeredRequest } from './answered-request.ts';
import { type Approvals, NO_APPROVALS } from './approvals.ts';
import { codeOwners } from './code-owners.ts';
import { currentHead } from './current-head.ts';
import { holdsUntil } from './expiry.ts';
import { ApprovalFacts } from './facts.ts';
import {
  type Ask,
  byPrecedence,
  type Judgement,
  type RuleResult,
  type StatementVerdict,
} from './judgement.ts';
import { liveState } from './live-state.ts';
import { isMaintainer } from './maintainer.ts';
import { distinctPeople } from './quorum.ts';
import type { ApprovalCase, RequestRuling } from './rule.ts';
import { RULES } from './rules.ts';
import { unresolved } from './separation.ts';
import { bearsOn, type Statement, statements } from './statement.ts';
import { teamsOf } from './teams.ts';

export function judge(given: ApprovalFacts, ask: Ask): Judgement {
  const parsed = ApprovalFacts.safeParse(given);
  if (!parsed.success) return unusable(parsed.error.issues.map(issue => issue.path.join('.')));
  const facts = parsed.data;
  const asked: ApprovalCase = { facts, ask, said: statements(facts) };
  const bearing = asked.said.filter(statement => bearsOn(statement, ask.question));
  const judged = bearing.map(statement => ({ statement, verdict: verdictOn(statement, asked) }));
  const approving = judged.filter(({ verdict }) => verdict.counts && verdict.says === 'approves');
  const counting = distinctPeople(approving.map(({ statement }) => statement));

  const ofRequest = resultsOf((rule): RequestRuling | null => rule.ofRequest?.(asked) ?? null);
  const ofApprovers = resultsOf(rule => rule.ofApprovers?.(counting, asked) ?? null);
  const results = [...ofRequest, ...ofApprovers].sort(byPrecedence);
  const [worst = UNJUDGED] = results;
  const open = ofRequest.every(({ outcome }) => outcome === 'approved');
  const owners = ofApprovers.find(({ rule }) => rule === codeOwners.name);
  return {
    outcome: worst.outcome,
    reason: worst.reason,
    results,
    verdicts: judged.map(({ verdict }) => verdict),
    granted: counting.flatMap(({ by }) => (by ? [{ id: by.id, login: by.login }] : [])),
    until: counting.map(counted => holdsUntil(counted, ask.holdsForHours)).sort()[0] ?? null,
    approvals: {
      ...(open ? countedFor(counting, facts, ask) : NO_APPROVALS),
      codeowners: open && owners?.outcome === 'approved',
      vetoed: judged.some(({ verdict }) => verdict.counts && verdict.says === 'objects'),
    },
    missing: results.filter(r => r.outcome !== 'approved').map(r => r.reason),
  };
}

/** Rules that are skipped or empty approve nothing. */
const UNJUDGED: RequestRuling = { outcome: 'error', reason: 'No rule has judged it.' };

const resultsOf = (judgeBy: (rule: (typeof RULES)[number]) => RequestRuling | null): RuleResult[] =>
  RULES.flatMap(rule => {
    const ruling = judgeBy(rule);
    return ruling ? [{ rule: rule.name, ...ruling }] : [];
  });

const SAYS: Readonly<Record<Statement['state'], StatementVerdict['says']>> = {
  APPROVED: 'approves',
  CHANGES_REQUESTED: 'objects',
  COMMENTED: 'neither',
  DISMISSED: 'neither',
  PENDING: 'neither',
  REVOKED: 'neither',
};

/** The first rule that has something to say of it; what no rule is against counts. */
function verdictOn(statement: Statement, asked: ApprovalCase): StatementVerdict {
  const { id, review, by, state } = statement;
  const says = SAYS[state];
  const about = {
    statement: id,
    review: review?.id ?? null,
    by: by && { id: by.id, login: by.login },
    says,
  };
  for (const { name: rule, ofStatement, tells } of RULES) {
    const ruling = ofStatement?.(statement, asked) ?? null;
    if (ruling === null) continue;
    const isTold = tells === 'always' || (tells === 'commands' && review === null);
    return { ...about, rule, ...ruling, told: !ruling.counts && says !== 'neither' && isTold };
  }
  const [rule, reason] = review
    ? [currentHead.name, 'It approves this head.']
    : [answeredRequest.name, 'It approves this request.'];
  return { ...about, counts: true, rule, reason, told: false };
}

/** A raised quorum is taken off here, so that a policy's own numbers mean what they say. */
function countedFor(counting: Statement[], facts: ApprovalFacts, ask: Ask): Approvals {
  const beyondRaise = (people: Statement[]) =>
    Math.max(0, people.length - unresolved(facts, ask, people).length);
  const maintainers = counting.filter(({ by }) => by && isMaintainer(by.id, facts.roles));
  return {
    ...NO_APPROVALS,
    count: beyondRaise(counting),
    maintainers: beyondRaise(maintainers),
    teams: teamsOf(counting, facts, ask),
  };
}

function unusable(paths: string[]): Judgement {
  const reason = `The facts can't be used: ${paths.join(', ')}.`;
  return {
    outcome: 'error',
    reason,
    results: [{ rule: liveState.name, outcome: 'error', reason }],
    verdicts: [],
    granted: [],
    until: null,
    approvals: NO_APPROVALS,
    missing: [reason],
  };
}
