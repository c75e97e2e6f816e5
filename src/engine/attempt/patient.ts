/** What a run has worked for is stored once that can be, in place of being worked for once more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, EFFECT } from '../../core/retry.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Artifacts } from '../ports/artifacts.ts';
import { DiskFull, type Workspace } from '../ports/workspace.ts';

type Patience = {
  artifacts: Artifacts;
  /** The same workspace, whose work is read once there is space to read it. */
  workspace(of: Workspace): Workspace;
};

/** Tries as often as an effect is tried. */
export function patient(
  { artifacts, random, logger }: Pick<Dependencies, 'artifacts' | 'random' | 'logger'>,
  signal: AbortSignal,
): Patience {
  async function untilDone<T>(
    act: () => Promise<T>,
    passes: (error: unknown) => boolean,
    failures = 0,
  ): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (failures + 1 >= EFFECT.limit || !passes(error)) throw error;
      logger.warn({ err: error }, 'what a run leaves could not be stored, and is stored later');
    }
    await sleep(backoffMs(failures + 1, random(), EFFECT), undefined, { signal });
    return untilDone(act, passes, failures + 1);
  }
  const stored = <T>(store: () => Promise<T>) => untilDone(store, () => true);
  const read = <T>(act: () => Promise<T>) => untilDone(act, error => error instanceof DiskFull);
  return {
    artifacts: {
      ...artifacts,
      put: (content, retention) => stored(() => artifacts.put(content, retention)),
      link: (owner, name, digest) => stored(() => artifacts.link(owner, name, digest)),
    },
    workspace: of => ({
      ...of,
      collect: () => read(of.collect),
      keepHome: () => read(of.keepHome),
    }),
  };
}
