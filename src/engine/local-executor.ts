/** What this process does at once, without the queue's detour, as long as it has a hand free. */
import type { Job } from './ports/queue.ts';

export type LocalExecutor = {
  /** Takes the job up here and now; `false` where every hand is busy or the process stops. */
  take(job: Job): boolean;
  /** Takes no more; resolves when what was taken is done. */
  drain(): Promise<void>;
};

export function createLocalExecutor(
  count: number,
  perform: (job: Job) => Promise<void>,
  warn: (problem: string, error: unknown) => void,
): LocalExecutor {
  const busy = new Set<Promise<void>>();
  let resting = false;
  return {
    take(job) {
      if (resting || busy.size >= count) return false;
      const work: Promise<void> = perform(job)
        .catch(error => warn(`job ${job.name} failed`, error))
        .finally(() => busy.delete(work));
      busy.add(work);
      return true;
    },
    async drain() {
      resting = true;
      while (busy.size > 0) await Promise.all(busy);
    },
  };
}
