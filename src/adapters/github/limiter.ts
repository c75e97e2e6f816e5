/**
 * Our own limit on writes, so that GitHub's are never met: 80 a minute and 500 an hour for each
 * installation, and none while GitHub asks us to wait; over all processes that share the budget.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { GitHubFailure } from '../../engine/ports/github.ts';
import type { Window, WriteBudget } from '../../engine/ports/write-budget.ts';
import { REQUEST_MS } from './octokit.ts';

/**
 * GitHub counts a write when it arrives, which is up to a request's whole time after we counted it: so
 * each window is that much longer than GitHub's.
 */
export const GITHUB_WINDOWS: readonly Window[] = [
  { spanMs: 60_000 + REQUEST_MS, limit: 80 },
  { spanMs: 3_600_000 + REQUEST_MS, limit: 500 },
];

export type Limiter = {
  /** Resolves when one write may be made; a long wait is a `rate_limit` failure instead. */
  admit(installation: number, lane: string): Promise<void>;
  /** GitHub has asked for no more writes for this long. */
  hold(installation: number, ms: number): Promise<void>;
};

/** Longer waits are failures that the core tries again later, so that no worker is blocked by them. */
const PATIENCE_MS = 20_000;

/** Serves the lanes (one for each repository) of an installation in turn, so that a busy repository delays no other. */
export function createLimiter(
  budget: WriteBudget,
  {
    windows = GITHUB_WINDOWS,
    patienceMs = PATIENCE_MS,
    pause = sleep as (ms: number) => Promise<unknown>,
  } = {},
): Limiter {
  type Waiting = { resolve: () => void; reject: (error: Error) => void };
  const queues = new Map<number, Map<string, Waiting[]>>();

  async function serve(installation: number, lanes: Map<string, Waiting[]>): Promise<void> {
    for (let next = lanes.entries().next(); !next.done; next = lanes.entries().next()) {
      const [lane, waiting] = next.value;
      const first = waiting.shift();
      lanes.delete(lane);
      // The lane goes to the end of the line.
      if (waiting.length > 0) lanes.set(lane, waiting);
      if (first) await admitOne(installation, first);
    }
    queues.delete(installation);
  }

  async function admitOne(installation: number, { resolve, reject }: Waiting): Promise<void> {
    const name = `github-writes:${installation}`;
    try {
      for (;;) {
        const wait = await budget.take(name, windows);
        if (wait === 0) return resolve();
        if (wait > patienceMs) return reject(overBudget(wait));
        await pause(wait);
      }
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  return {
    admit: (installation, lane) =>
      new Promise<void>((resolve, reject) => {
        const lanes = queues.get(installation);
        const waiting = { resolve, reject };
        if (lanes) return void lanes.set(lane, [...(lanes.get(lane) ?? []), waiting]);
        const begun = new Map([[lane, [waiting]]]);
        queues.set(installation, begun);
        void serve(installation, begun);
      }),
    hold: (installation, ms) => budget.hold(`github-writes:${installation}`, ms),
  };
}

const overBudget = (waitMs: number): GitHubFailure =>
  new GitHubFailure(
    'rate_limit',
    `Writing to GitHub has to wait ${Math.ceil(waitMs / 1000)} s, to stay below its limits.`,
    null,
    waitMs,
  );
