import { setTimeout as sleep } from 'node:timers/promises';
import type { GitHub } from './github.ts';
import { authenticate } from './rest/actor.ts';
import { Refusal } from './rest/errors.ts';

/**
 * Waits as long as an answer is on its way to an App. People's requests are not delayed: a test acts
 * for them, and how long that takes is not what is measured.
 */
export async function travel(github: GitHub, authorization: string | undefined): Promise<void> {
  if (github.latency.ms === 0 || isPerson(github, authorization)) return;
  await sleep(github.latency.ms, undefined, { signal: github.closing }).catch(() => {});
}

function isPerson(github: GitHub, authorization: string | undefined): boolean {
  try {
    return authenticate(github, authorization).kind === 'user';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return false;
  }
}
