import { setTimeout as sleep } from 'node:timers/promises';
import type { GitHub } from './github.ts';
import { authenticate } from './rest/actor.ts';
import { Refusal } from './rest/errors.ts';

/** How long answers are on their way to Apps. */
export interface Latency {
  ms: number;
  /** Answers of these operations wait until each of them has been asked for; null: none does. */
  together: {
    operations: readonly string[];
    missing: Set<string>;
    asked(): void;
    all: Promise<void>;
  } | null;
}

/**
 * Waits as long as an answer is on its way to an App. Requests of people and of whoever does not sign in
 * are not delayed: a test acts for them, and how long that takes is not what is measured.
 */
export async function travel(
  github: GitHub,
  { authorization, operation }: { authorization: string | undefined; operation: string },
): Promise<void> {
  const { ms, together } = github.latency;
  if ((ms === 0 && together === null) || !isApp(github, authorization)) return;
  if (together?.operations.includes(operation)) {
    together.missing.delete(operation);
    if (together.missing.size === 0) together.asked();
    await together.all;
  }
  if (ms > 0) await sleep(ms, undefined, { signal: github.closing }).catch(() => {});
}

/** Has the answers of these operations wait for each other: what asks for them one by one never gets any. */
export function together(operations: readonly string[]): Latency['together'] {
  const { promise: all, resolve: asked } = Promise.withResolvers<void>();
  return { operations, missing: new Set(operations), asked, all };
}

function isApp(github: GitHub, authorization: string | undefined): boolean {
  try {
    return ['app', 'installation'].includes(authenticate(github, authorization).kind);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return false;
  }
}
