/** Long work is cut into time slices: between two of them the process does what else there is to do. */
import { setImmediate as otherWork } from 'node:timers/promises';

/** Of this thread's own processor time: on a busy machine a slice by the clock would be over at once. */
const SLICE_MS = 10;

type TimeSlices = {
  /** Whether the slice is used up: then `next` is awaited. */
  over(): boolean;
  next(): Promise<void>;
};

export function createTimeSlices(): TimeSlices {
  let began = performance.now();
  let used = process.threadCpuUsage();
  return {
    over() {
      // The clock costs less to read, and no thread works for longer than it says.
      if (performance.now() - began < SLICE_MS) return false;
      const { user, system } = process.threadCpuUsage(used);
      return user + system > SLICE_MS * 1_000;
    },
    async next() {
      await otherWork();
      began = performance.now();
      used = process.threadCpuUsage();
    },
  };
}
