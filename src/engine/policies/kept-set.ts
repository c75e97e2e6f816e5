/** Policy sets that were kept by digest: loading one takes long, and few decide at the same time. */
import { createBoundedCache } from '../../core/bounds/bounded-cache.ts';
import { loadKept, type PolicySet } from '../../policy/load.ts';
import { digestOf } from '../chain.ts';

const sets = createBoundedCache<string, PolicySet>(20);

/**
 * By the digest of the text that was kept, whatever name it was kept by. `live`: a set that this process
 * has loaded already.
 */
export function keptSet(text: string, live?: PolicySet | undefined): PolicySet {
  const digest = digestOf(text);
  const known = live?.digest === digest ? live : sets.get(digest);
  if (known) return known;
  const loaded = loadKept(text, digestOf);
  if (!loaded.ok) throw new Error(`the policy set ${digest} can't be loaded any more`);
  sets.set(digest, loaded.set);
  return loaded.set;
}
