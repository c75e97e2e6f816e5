/** One call of a model, watched from its request to its end: it is told of once. */
import { NO_USAGE, type Usage } from '../core/agent-event.ts';
import type { CallEnd, EndedCall } from '../engine/ports/gateway.ts';

export type WatchedCall = {
  /** A part of the answer has come. */
  answers(): void;
  /** Milliseconds; null: no part has come. */
  firstByteMs(): number | null;
  used(usage: Usage): void;
  ended(model: string, end: CallEnd): void;
};

/** How a call ended whose answer had not begun when the agent left. */
export const LEFT: CallEnd = { class: 'transport', message: 'the agent has left' };

/** Characters of a model's name, which whoever calls it chooses. */
const LONGEST_NAME = 100;

export function watchCall(called: ((call: EndedCall) => void) | null): WatchedCall {
  const from = Date.now();
  let firstByteMs: number | null = null;
  let usage = NO_USAGE;
  let isTold = false;
  return {
    answers() {
      firstByteMs ??= Date.now() - from;
    },
    firstByteMs: () => firstByteMs,
    used(used) {
      usage = used;
    },
    ended(model, end) {
      if (isTold) return;
      isTold = true;
      const name = model.slice(0, LONGEST_NAME);
      called?.({ model: name, from, to: Date.now(), firstByteMs, usage, end });
    },
  };
}
