/** Why a decision is as it is: the policies that were considered, and what would change the answer. */
import type { Outcome, PolicyDecision } from '../core/decision.ts';
import { applies } from './ask-cedar.ts';
import { decide } from './decide.ts';
import { evaluate } from './evaluation.ts';
import type { Facts } from './facts.ts';
import type { PolicySet } from './load.ts';
import { mayConcern } from './policy.ts';
import {
  type CedarRequest,
  pathRequests,
  ranRequests,
  requestOf,
  roleRequests,
} from './request.ts';
import { variations } from './variations.ts';

type ConsideredPolicy = {
  id: string;
  effect: 'permit' | 'forbid';
  reason: string;
  file: string;
  line: number;
  /** Whether its conditions hold; a `forbid` that does not apply forbids nothing. */
  applies: boolean;
  /** The decision rests on it. */
  determined: boolean;
};

/** One question to the policies; a change is asked about as a whole and for each of its paths. */
export type ExplainedQuestion = {
  action: string;
  resource: string;
  outcome: Outcome;
  policies: ConsideredPolicy[];
};

export type Explanation = {
  decision: PolicyDecision;
  asked: ExplainedQuestion[];
  /** Single changes of the facts that lead to another outcome. */
  changes: { change: string; outcome: Outcome }[];
};

/** At most this many of the paths that are not allowed are explained one by one. */
const SHOWN_PATHS = 5;

export function explain(set: PolicySet, facts: Facts): Explanation {
  const decision = decide(set, facts);
  const { approvals } = facts.context;
  const explainOne = (request: CedarRequest): ExplainedQuestion => {
    const { outcome, policies: determining } = evaluate(set, request, approvals);
    const policies = [...set.policies.values()]
      .filter(policy => mayConcern(policy, request.action, NO_GROUPS))
      .map(policy => ({
        id: policy.id,
        effect: policy.effect,
        reason: policy.reason,
        file: policy.file,
        line: policy.line,
        applies: applies(policy, request, approvals),
        determined: determining.includes(policy),
      }))
      .sort((a, b) => weight(b) - weight(a));
    return { action: request.action, resource: request.name, outcome, policies };
  };
  const held = pathRequests(facts)
    .filter(request => evaluate(set, request, approvals).outcome !== 'allow')
    .slice(0, SHOWN_PATHS);
  return {
    decision,
    asked: [requestOf(facts), ...roleRequests(facts), ...ranRequests(facts), ...held].map(
      explainOne,
    ),
    changes: variations(set, facts)
      .map(({ change, facts }) => ({ change, outcome: decide(set, facts).outcome }))
      .filter(({ outcome }) => outcome !== decision.outcome),
  };
}

/** Actions of the shipped schema are members of none. */
const NO_GROUPS: ReadonlySet<string> = new Set();

const weight = ({ determined, applies }: ConsideredPolicy): number =>
  (determined ? 2 : 0) + (applies ? 1 : 0);
