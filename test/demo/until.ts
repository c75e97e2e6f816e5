/** Waiting for something to become true, with a deadline and a reason. */
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;
/** Nothing waits for this long: only what hangs meets it. */
export const HANGS_MS = 240_000;

/** The first answer that is neither null, undefined nor false; throws with `what` after `timeoutMs`. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  timeoutMs = HANGS_MS,
  /** Ends when it is worth to ask again. */
  pause: () => Promise<unknown> = () => sleep(POLL_MS),
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s for: ${what}`);
    await pause();
  }
}
