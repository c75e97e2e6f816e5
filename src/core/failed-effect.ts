/** An effect that failed: tried again later, or given up. The same for every kind of stream. */
import type { Circumstance } from './decider.ts';
import { backoffMs, EFFECT, later, OUTAGE, UNREACHABLE } from './retry.ts';
import { isShutOut } from './shut-out.ts';

export type FailEffect = {
  type: 'fail_effect';
  key: string;
  class: string;
  message: string;
  retryable: boolean;
  /** From `retry-after`; never shortened. */
  retryAfterMs: number | null;
};

/** Ends the wait of every effect that was shut out: people let us work in the repository again. */
export type ResumeEffects = { type: 'resume_effects' };
export const RESUMED = { type: 'effect.resumed' as const, v: 1 as const, data: {} };

/** Classes of what fails while GitHub, or the way to it, is away. */
const AWAY = ['server', 'transport'];

function triesOf(failure: string): typeof EFFECT {
  if (isShutOut(failure)) return UNREACHABLE;
  return AWAY.includes(failure) ? OUTAGE : EFFECT;
}

export function failedEffect(command: FailEffect, circumstance: Circumstance) {
  const failures = (circumstance.effect?.failures ?? 0) + 1;
  const tries = triesOf(command.class);
  const wait = Math.max(command.retryAfterMs ?? 0, backoffMs(failures, circumstance.jitter, tries));
  // A limit of GitHub's ends by itself: whoever waits for it gives nothing up.
  const waits = command.class === 'rate_limit';
  // What was opened again is performed once more, whatever kept the one before from it.
  const again = circumstance.reopened || (command.retryable && (waits || failures < tries.limit));
  return {
    type: 'effect.failed' as const,
    v: 1 as const,
    data: {
      key: command.key,
      class: command.class,
      message: command.message,
      failures,
      retryAt: again ? later(circumstance.now, wait) : null,
    },
  };
}
