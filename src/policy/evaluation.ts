/** One request → allow, deny or require_approval, with the policies that say so. */
import type { Approvals } from '../core/approvals/approvals.ts';
import { type BoundedCache, createBoundedCache } from '../core/bounds/bounded-cache.ts';
import type { Outcome, Result } from '../core/decision.ts';
import { askCedar, saturatedApprovals, visibleText } from './ask-cedar.ts';
import type { PolicySet } from './load.ts';
import type { Policy } from './policy.ts';
import type { CedarRequest } from './request.ts';

export type Evaluation = {
  outcome: Outcome;
  /** The resource as people name it. */
  name: string;
  /** The policies that determined it; those that would change under approval, for require_approval. */
  policies: Policy[];
  /** What no policy says: an error, or that nothing permits it. */
  because: string | null;
  results: Result[];
};

/** The answers that a set has given, by what its policies could see of the question. */
const answers = new WeakMap<PolicySet, BoundedCache<string, Evaluation>>();
/** The answers kept for one set; a few hundred differ in a day. */
const MOST_KEPT = 5_000;
/** In characters: a longer question is asked each time. */
const LONGEST_KEPT = 4_000;

/**
 * Questions that policies can't tell apart are asked once: the other paths of a change, the same step
 * of the next task. An error is not kept.
 */
export function evaluate(set: PolicySet, request: CedarRequest, approvals: Approvals): Evaluation {
  const text = visibleText(set, request, approvals);
  const known = answers.get(set) ?? createBoundedCache<string, Evaluation>(MOST_KEPT);
  answers.set(set, known);
  const before = text === null ? undefined : known.get(text);
  if (before) return { ...before, name: request.name };
  const answer = evaluateAnew(set, request, approvals);
  const failed = answer.results.some(({ outcome }) => outcome === 'error');
  if (text !== null && text.length <= LONGEST_KEPT && !failed) known.set(text, answer);
  return answer;
}

/**
 * The request is asked about with the approvals that exist; where that denies, once more as if everyone
 * had approved. An approval helps only where that allows. A plain Cedar evaluator that reads the same
 * policies denies, which is the safe side.
 */
function evaluateAnew(set: PolicySet, request: CedarRequest, approvals: Approvals): Evaluation {
  const now = askCedar(set, request, approvals);
  if (now.decision === 'error') return failed(request, now.problem);
  const determining = policiesWith(set, now.policies);
  if (now.decision === 'allow')
    return {
      outcome: 'allow',
      name: request.name,
      policies: determining,
      because: null,
      results: determining.map(policy => result(policy, 'allow')),
    };
  const approved = askCedar(set, request, saturatedApprovals(set));
  if (approved.decision === 'error') return failed(request, approved.problem);
  if (approved.decision === 'allow') {
    // A permit that needs approval is what changes, unless another one stood without it.
    const permits = policiesWith(set, approved.policies);
    const opening = permits.every(policy => policy.asksApproval) ? permits : [];
    const flips = [...determining, ...opening];
    return {
      outcome: 'require_approval',
      name: request.name,
      policies: flips,
      because: null,
      results: flips.map(policy => result(policy, 'require_approval')),
    };
  }
  const standing = policiesWith(set, approved.policies);
  const lifted = determining.filter(policy => !standing.includes(policy));
  const nothing = standing.length === 0 ? `No policy permits ${request.action}.` : null;
  return {
    outcome: 'deny',
    name: request.name,
    policies: standing,
    because: nothing,
    results: [
      ...standing.map(policy => result(policy, 'deny')),
      ...(nothing === null ? [] : [leaf('permit', 'not_applicable', nothing)]),
      ...lifted.map(policy => result(policy, 'require_approval')),
    ],
  };
}

function failed(request: CedarRequest, problem: string): Evaluation {
  const because = `${request.action} can't be decided: ${problem}.`;
  const results = [leaf('policy engine', 'error', because)];
  return { outcome: 'deny', name: request.name, policies: [], because, results };
}

export const leaf = (name: string, outcome: Result['outcome'], reason: string): Result => ({
  name,
  outcome,
  reason,
  children: [],
});

const result = (policy: Policy, outcome: Result['outcome']): Result =>
  leaf(policy.id, outcome, policy.reason);

const policiesWith = (set: PolicySet, ids: string[]): Policy[] =>
  ids.flatMap(id => {
    const policy = set.policies.get(id);
    return policy ? [policy] : [];
  });
