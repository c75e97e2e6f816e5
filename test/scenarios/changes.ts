/** Waiting until what changes is as it should be: it is asked again when something was told of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HANGS_MS, until } from '../demo/until.ts';

/** Not all that is waited for tells, and where Gatehouse is a process of its own nothing does. */
const LATEST_MS = 1_000;
/** Many changes come together. */
const TOGETHER_MS = 100;

export type Changes<T> = ReturnType<typeof createChanges<T>>;

/** Changes of anything, each told with what changed. */
export function createChanges<T>() {
  const watches = new Set<(what: T) => void>();
  return {
    happened(what: T) {
      for (const told of watches) told(what);
    },
    /** The first answer; asked again after a change that concerns it, and at the latest after a second. */
    async until<A>(
      what: string,
      ask: () => Promise<A | null | undefined | false>,
      concerns: (what: T) => boolean,
    ): Promise<A> {
      let next = Promise.withResolvers<void>();
      const told = (what: T) => void (concerns(what) && next.resolve());
      watches.add(told);
      try {
        // What happens while it is asked counts as well.
        const pause = async () => {
          await Promise.race([next.promise, sleep(LATEST_MS)]);
          await sleep(TOGETHER_MS);
          next = Promise.withResolvers();
        };
        return await until(what, ask, HANGS_MS, pause);
      } finally {
        watches.delete(told);
      }
    },
  };
}
