/** Facts → PolicyDecision: deny by default, forbid before permit, the worst path decides a change. */
import {
  Action,
  type Gate,
  type Outcome,
  type PolicyDecision,
  type Result,
} from '../core/decision.ts';
import { canonicalJson } from './canonical.ts';
import { type Evaluation, evaluate, leaf } from './evaluation.ts';
import { Facts } from './facts.ts';
import type { PolicySet } from './load.ts';
import type { Policy } from './policy.ts';
import { UnusableFact } from './question.ts';
import { reasonsOf } from './reasons.ts';
import { pathRequests, ranRequests, requestOf, roleRequests } from './request.ts';

/** The text that `factsDigest` is of; kept by it, the decision can be taken again. */
export const factsText = (facts: Facts): string => canonicalJson(facts);

/** Never throws for what the facts say: what can't be decided is denied, with the reason. */
export function decide(set: PolicySet, facts: Facts): PolicyDecision {
  const decision = decideBy(set, facts);
  if (set.observed === null) return decision;
  const { outcome, reasons, policies, policyDigest } = decideBy(set.observed, facts);
  return { ...decision, observed: { outcome, reasons, policies, policyDigest } };
}

function decideBy(set: PolicySet, facts: Facts): PolicyDecision {
  const parsed = Facts.safeParse(facts);
  if (!parsed.success) {
    if (!Action.options.includes(facts.action))
      return denied(set, facts, `Unknown action "${facts.action}": nothing permits it.`);
    const faults = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`);
    return denied(set, facts, `The facts can't be used: ${faults.join('; ')}.`);
  }
  try {
    return decided(set, facts, parsed.data);
  } catch (error) {
    if (error instanceof UnusableFact) return denied(set, facts, `${error.message}.`);
    throw error;
  }
}

const RANK: Record<Outcome, number> = { deny: 2, require_approval: 1, allow: 0 };

const worst = (answers: Evaluation[]): Outcome =>
  answers.reduce<Outcome>((w, { outcome }) => (RANK[outcome] > RANK[w] ? outcome : w), 'allow');

function decided(set: PolicySet, given: Facts, facts: Facts): PolicyDecision {
  const { approvals } = facts.context;
  const whole = evaluate(set, requestOf(facts), approvals);
  const paths = isUnlisted(facts)
    ? [unlisted(whole.name)]
    : pathRequests(facts).map(request => evaluate(set, request, approvals));
  const besides = [...roleRequests(facts), ...ranRequests(facts)].map(request => ({
    action: request.action,
    ...evaluate(set, request, approvals),
  }));
  const outcome = worst([whole, ...besides, ...paths]);
  // What the outcome rests on: every answer that is as bad as it.
  const deciding = [whole, ...besides, ...paths].filter(each => each.outcome === outcome);
  const policies = [...new Set(deciding.flatMap(each => each.policies))];
  const asking = outcome === 'require_approval' ? policies : [];
  const reasons = reasonsOf(outcome === 'allow' ? [whole] : deciding, whole);
  const children = [
    {
      ...leaf(facts.action, whole.outcome, reasonsOf([whole], whole)[0] ?? ''),
      children: whole.results,
    },
    ...besides.map(one => ({
      ...leaf(`${one.action} ${one.name}`, one.outcome, reasonsOf([one], one)[0] ?? ''),
      children: one.results,
    })),
    ...(paths.length > 0 ? [pathsResult(paths)] : []),
  ];
  return {
    gate: facts.gate,
    action: facts.action,
    resource: whole.name,
    outcome,
    reasons,
    policies: policies.map(policy => policy.id),
    approvers: [...new Set(asking.flatMap(policy => policy.approvers))],
    quorum: Math.max(0, ...asking.map(policy => policy.quorum)),
    ...termsOf(asking),
    tree: { ...leaf(facts.gate, outcome, reasons[0] ?? ''), children },
    ...digests(set, given),
  };
}

/** A change over the limits comes without its paths. */
const isUnlisted = (facts: Facts): boolean =>
  'paths' in facts && facts.paths.length === 0 && facts.context.size.files > 0;

/** What policy would say of its paths is not known, so that it can't be allowed. */
function unlisted(name: string): Evaluation {
  const because = 'The change is too large to be asked about path by path.';
  const results = [leaf('file.write', 'deny', because)];
  return { outcome: 'deny', name, policies: [], because, results };
}

/** What the approvals room has to know of the policies that ask; nothing where they say nothing. */
function termsOf(asking: Policy[]): Pick<PolicyDecision, 'teams' | 'codeowners' | 'expiresHours'> {
  const entities = asking.flatMap(policy => policy.entities).filter(({ type }) => type === 'Team');
  const teams = [...new Set(entities.map(({ id }) => id))];
  const hours = asking.flatMap(({ expiresHours }) => expiresHours ?? []);
  return {
    ...(teams.length > 0 ? { teams } : {}),
    ...(asking.some(policy => policy.attributes.has('codeowners')) ? { codeowners: true } : {}),
    ...(hours.length > 0 ? { expiresHours: Math.min(...hours) } : {}),
  };
}

/** More paths than these are counted, not listed: a decision stays small enough to keep. */
const LISTED_PATHS = 50;

function pathsResult(paths: Evaluation[]): Result {
  const outcome = worst(paths);
  const held = paths.filter(path => path.outcome !== 'allow');
  const listed = held
    .toSorted((a, b) => RANK[b.outcome] - RANK[a.outcome])
    .slice(0, LISTED_PATHS)
    .map(path => ({
      ...leaf(path.name, path.outcome, reasonsOf([path], path)[0] ?? ''),
      children: path.results,
    }));
  const rest = held.length - listed.length;
  const more = rest > 0 ? [leaf(`${rest} more paths`, outcome, 'Held in the same way.')] : [];
  const reason =
    held.length === 0
      ? `All ${paths.length} paths may be written.`
      : `${held.length} of ${paths.length} paths are held.`;
  return { ...leaf('file.write', outcome, reason), children: [...listed, ...more] };
}

const digests = (set: PolicySet, facts: Facts) => ({
  policyDigest: set.digest,
  factsDigest: set.digestOf(factsText(facts)),
});

/** A denial without an evaluation. The facts may be anything, so nothing of them is relied on. */
function denied(set: PolicySet, facts: Facts, reason: string): PolicyDecision {
  const { gate, action }: { gate: Gate; action: Action } = facts;
  return {
    gate,
    action,
    resource: '',
    outcome: 'deny',
    reasons: [reason],
    policies: [],
    approvers: [],
    quorum: 0,
    tree: { ...leaf(gate, 'deny', reason), children: [leaf('facts', 'error', reason)] },
    ...digests(set, facts),
  };
}
