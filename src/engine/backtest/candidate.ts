/** Which policies a recorded decision is taken again with. */
import { createBoundedCache } from '../../core/bounded-cache.ts';
import type { PolicyText } from '../../policy/check.ts';
import { type PolicySet, withTexts } from '../../policy/load.ts';
import type { Candidate } from './backtest.ts';

/** Other policies of the deployment: what the decision's repository said then is kept beside them. */
export const ofDeployment = (set: PolicySet, before?: PolicySet): Candidate => ({
  setFor: beside(set),
  ...(before ? { before: beside(before) } : {}),
});

/** Loaded sets take memory: a history has few, and they change seldom from one decision to the next. */
const MOST_SETS = 100;

function beside(set: PolicySet): Candidate['setFor'] {
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

/** Other rules of one repository, on the deployment's policies as they are. */
export const ofRepository = (
  set: PolicySet,
  repository: number,
  before?: PolicySet,
): Candidate => ({
  setFor: () => set,
  repository,
  ...(before ? { before: () => before } : {}),
});

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
