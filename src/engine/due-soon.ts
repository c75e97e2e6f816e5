/**
 * Jobs that are due soon wait here by a timer: the queue is not asked to keep, and to give out again, what
 * this process does itself. A timer that is lost with its process is found again in the log by the sweep.
 */
import type { Job } from './ports/queue.ts';

/** What is due later than this waits in the queue. Milliseconds. */
const SOON_MS = 120_000;
/** The most timers. */
const MOST = 20_000;

export type DueSoon = {
  /** False where it is due too late, or too many wait. The same job waits once, for the earlier of its times. */
  add(name: string, job: Job, delayMs: number): boolean;
  /** How many wait. */
  readonly size: number;
  /** Ends all timers; returns what waited. */
  takeAll(): { job: Job; delayMs: number }[];
};

export function createDueSoon(due: (job: Job) => void): DueSoon {
  const waiting = new Map<string, { job: Job; at: number; timer: NodeJS.Timeout }>();
  return {
    get size() {
      return waiting.size;
    },
    add(name, job, delayMs) {
      const at = performance.now() + delayMs;
      const known = waiting.get(name);
      if (known && known.at <= at) return true;
      if (delayMs > SOON_MS || (!known && waiting.size >= MOST)) return false;
      clearTimeout(known?.timer);
      const end = () => {
        waiting.delete(name);
        due(job);
      };
      // Timers may end a millisecond early, and what is not due yet would be put off once more.
      const timer = setTimeout(end, delayMs + 1);
      waiting.set(name, { job, at, timer });
      return true;
    },
    takeAll() {
      const all = [...waiting.values()];
      waiting.clear();
      return all.map(({ job, at, timer }) => {
        clearTimeout(timer);
        return { job, delayMs: Math.max(0, Math.ceil(at - performance.now())) };
      });
    },
  };
}
