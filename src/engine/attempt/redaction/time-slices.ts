/** Long work is cut into time slices: between two of them the process does what else there is to do. */
import { setImmediate as otherWork } from 'node:timers/promises';

/**
 * Of this thread's own processor time: on a busy machine a slice by the clock would be over at once.
 * Runs are worked on in turn, and there may be many: a request waits for a slice of each of them.
 */
const SLICE_MS = 4;

type TimeSlices = {
  /** Whether the slice is used up: then `next` is awaited. */
  over(): boolean;
  next(): Promise<void>;
};

export function createTimeSlices(): TimeSlices {
  let used = process.threadCpuUsage();
  /** The clock costs less to read, and no thread works for longer than it says: before this, none is over. */
  let earliest = performance.now() + SLICE_MS;
  return {
    over() {
      const now = performance.now();
      if (now < earliest) return false;
      const { user, system } = process.threadCpuUsage(used);
      const left = SLICE_MS - (user + system) / 1_000;
      earliest = now + Math.max(left, 0);
      return left <= 0;
    },
    async next() {
      await otherWork();
      used = process.threadCpuUsage();
      earliest = performance.now() + SLICE_MS;
    },
  };
}
