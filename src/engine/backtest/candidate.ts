/** The policies with which a recorded decision is made again. */
import type { Repository } from '../../core/actor.ts';
import { createBoundedCache } from '../../core/bounds/bounded-cache.ts';
import type { PolicyText } from '../../policy/check.ts';
import { decide } from '../../policy/decide.ts';
import { type PolicySet, withTexts } from '../../policy/load.ts';
import { askIsolated } from '../policies/isolated/isolated.ts';
import type { Candidate } from './backtest.ts';

/** Other policies of the deployment, with those that the decision's repository had then. */
export function ofDeployment(set: PolicySet): Candidate {
  const sets = beside(set);
  return {
    decide: async (recorded, facts) => decide(sets(recorded), facts),
    has: (recorded, id) => sets(recorded).policies.has(id),
  };
}

/** Does the same with policies that are only proposed: they are evaluated in the isolated process. */
export const ofDeploymentIsolated = (
  set: PolicySet,
  before: PolicySet,
  installation: number | null,
): Candidate => ({
  decide: (recorded, facts) =>
    askIsolated('decide', { policies: textsWith(set, recorded), facts }, installation),
  before: (recorded, facts) =>
    askIsolated('decide', { policies: textsWith(before, recorded), facts }, installation),
  // The policies of a repository have a colon in their id and stay as they are.
  has: (_recorded, id) => set.policies.has(id) || id.includes(':'),
});

const textsWith = (set: PolicySet, recorded: string | null): PolicyText[] => [
  ...set.texts,
  ...(recorded === null ? [] : repositoryTexts(recorded)),
];

/** Other rules of one repository, on the deployment's policies as they are. */
export const ofRepositoryIsolated = (
  set: PolicySet,
  { id, installation }: Pick<Repository, 'id' | 'installation'>,
  before: PolicySet,
): Candidate => ({
  decide: (_recorded, facts) => askIsolated('decide', { policies: set.texts, facts }, installation),
  before: async (_recorded, facts) => decide(before, facts),
  has: (_recorded, policy) => set.policies.has(policy),
  repository: id,
});

/** Loaded sets take memory: a history has few, and they change seldom from one decision to the next. */
const MOST_SETS = 100;

function beside(set: PolicySet): (recorded: string | null) => PolicySet {
  const known = createBoundedCache<string, PolicySet>(MOST_SETS);
  return recorded => {
    const texts = recorded === null ? [] : repositoryTexts(recorded);
    if (texts.length === 0) return set;
    const key = JSON.stringify(texts);
    const before = known.get(key);
    if (before) return before;
    const joined = withTexts(set, texts);
    // A repository's policies may not fit the present schema any more: then the others decide alone.
    const found = joined.ok ? joined.set : set;
    known.set(key, found);
    return found;
  };
}

function repositoryTexts(recorded: string): PolicyText[] {
  const known = texts.get(recorded);
  if (known) return known;
  const { policies } = JSON.parse(recorded) as { policies: PolicyText[] };
  const found = policies.filter(({ origin }) => origin !== undefined);
  texts.set(recorded, found);
  return found;
}

const texts = createBoundedCache<string, PolicyText[]>(1_000, {
  // The key is the whole recorded text, of which these are a part.
  of: () => 200_000,
  most: 16 * 1024 * 1024,
});
