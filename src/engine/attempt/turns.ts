/** Long work in turns: between two of them the process does what else there is to do. */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Of this thread's own time: on a busy machine a turn by the clock would be over before it began. */
const TURN_MS = 10;

export type Turns = {
  /** Whether the turn is over: then `next` is awaited. */
  over(): boolean;
  next(): Promise<void>;
};

export function createTurns(): Turns {
  let began = performance.now();
  let used = process.threadCpuUsage();
  return {
    over() {
      // The clock costs less to ask, and no thread works for longer than it says.
      if (performance.now() - began < TURN_MS) return false;
      const { user, system } = process.threadCpuUsage(used);
      return user + system > TURN_MS * 1_000;
    },
    async next() {
      await nextTurn();
      began = performance.now();
      used = process.threadCpuUsage();
    },
  };
}
