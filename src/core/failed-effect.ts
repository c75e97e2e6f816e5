/** An effect that failed: tried again later, or given up. The same for every kind of stream. */
import type { Circumstance } from './decider.ts';
import { BOUNDS, backoffMs, EFFECT, kindOfFailure, later } from './retry.ts';

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

export function failedEffect(command: FailEffect, circumstance: Circumstance) {
  const { effect, jitter, reopened } = circumstance;
  const failures = (effect?.failures ?? 0) + 1;
  const kind = kindOfFailure(command.class);
  const tries = kind === null ? EFFECT : BOUNDS[kind];
  // What failed for another reason before has used up none of these tries.
  const counted = kind === null ? failures : (effect?.failuresOf?.[kind] ?? 0) + 1;
  const wait = Math.max(command.retryAfterMs ?? 0, backoffMs(counted, jitter, tries));
  const waits = kind === null;
  // What was opened again is performed once more, whatever kept the one before from it.
  const again = reopened || (command.retryable && (waits || counted < tries.limit));
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
