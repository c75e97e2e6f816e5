/** Waiting for something to become true, with a deadline and a reason. */
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;

/** The first answer that is neither null, undefined nor false; throws with `what` after `timeoutMs`. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s for: ${what}`);
    await sleep(POLL_MS);
  }
}
