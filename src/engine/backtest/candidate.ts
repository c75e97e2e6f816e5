/** Which policies a recorded decision is taken again with. */
import { createBoundedCache } from '../../core/bounded-cache.ts';
import type { PolicyText } from '../../policy/check.ts';
import { decide } from '../../policy/decide.ts';
import { type PolicySet, withTexts } from '../../policy/load.ts';
import { askApart } from '../policies/apart/apart.ts';
import type { Candidate } from './backtest.ts';

/** Other policies of the deployment: what the decision's repository said then is kept beside them. */
export function ofDeployment(set: PolicySet): Candidate {
  const sets = beside(set);
  return {
    decide: async (recorded, facts) => decide(sets(recorded), facts),
    has: (recorded, id) => sets(recorded).policies.has(id),
  };
}

/** The same, by texts that others wrote: they decide in a process of their own. */
export const ofDeploymentApart = (set: PolicySet, before: PolicySet): Candidate => ({
  decide: (recorded, facts) => askApart('decide', { policies: textsWith(set, recorded), facts }),
  before: (recorded, facts) => askApart('decide', { policies: textsWith(before, recorded), facts }),
  // What a repository says is beside them, whatever they are.
  has: (_recorded, id) => set.policies.has(id) || id.includes(':'),
});

const textsWith = (set: PolicySet, recorded: string | null): PolicyText[] => [
  ...set.texts,
  ...(recorded === null ? [] : repositoryTexts(recorded)),
];

/** Other rules of one repository, on the deployment's policies as they are. */
export const ofRepositoryApart = (
  set: PolicySet,
  repository: number,
  before: PolicySet,
): Candidate => ({
  decide: (_recorded, facts) => askApart('decide', { policies: set.texts, facts }),
  before: async (_recorded, facts) => decide(before, facts),
  has: (_recorded, id) => set.policies.has(id),
  repository,
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
    // What a repository wrote for another schema may not fit any more: the rest still decides.
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
