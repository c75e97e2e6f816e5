/** Long work in turns: between two of them the process does what else there is to do. */
import { setImmediate as nextTurn } from 'node:timers/promises';

const TURN_MS = 10;

export type Turns = {
  /** Whether the turn is over: then `next` is awaited. */
  over(): boolean;
  next(): Promise<void>;
};

export function createTurns(): Turns {
  let began = performance.now();
  return {
    over: () => performance.now() - began > TURN_MS,
    async next() {
      await nextTurn();
      began = performance.now();
    },
  };
}
