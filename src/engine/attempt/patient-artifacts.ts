/** What a run has worked for is stored once the storage is back, in place of being worked for once more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, EFFECT } from '../../core/retry.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Artifacts } from '../ports/artifacts.ts';

/** Stores as often as an effect is tried. */
export function patientArtifacts(
  { artifacts, random, logger }: Pick<Dependencies, 'artifacts' | 'random' | 'logger'>,
  signal: AbortSignal,
): Artifacts {
  async function untilStored<T>(store: () => Promise<T>, failures = 0): Promise<T> {
    try {
      return await store();
    } catch (error) {
      if (failures + 1 >= EFFECT.limit) throw error;
      logger.warn({ err: error }, 'what a run leaves could not be stored, and is stored later');
    }
    await sleep(backoffMs(failures + 1, random(), EFFECT), undefined, { signal });
    return untilStored(store, failures + 1);
  }
  return {
    ...artifacts,
    put: (content, retention) => untilStored(() => artifacts.put(content, retention)),
    link: (owner, name, digest) => untilStored(() => artifacts.link(owner, name, digest)),
  };
}
