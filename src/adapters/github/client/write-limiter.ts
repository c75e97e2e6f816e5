/**
 * Our own limit on writes, so that GitHub's are never met: 80 a minute and 500 an hour for each
 * installation, over all processes that share the quotas. Each class of request may use a share of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type RequestClass, WRITE_SHARE } from '../../../core/request-class.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Quotas, Window } from '../../../engine/ports/quotas.ts';
import { REQUEST_MS } from './octokit.ts';
import { PATIENCE_MS } from './request-limiter.ts';

const HOUR_MS = 3_600_000;

/**
 * GitHub counts a write when it arrives, which is up to a request's whole time after we counted it: so
 * each window is that much longer than GitHub's. A proof has shorter hours.
 */
export function githubWindows(hourMs = HOUR_MS): readonly Window[] {
  const requestMs = (REQUEST_MS * hourMs) / HOUR_MS;
  return [
    { spanMs: hourMs / 60 + requestMs, limit: 80 },
    { spanMs: hourMs + requestMs, limit: 500 },
  ];
}

export const GITHUB_WINDOWS = githubWindows();

type Writer = { installation: number; lane: string; is: RequestClass };

export type WriteLimiter = {
  /** Resolves when one write may be made; a long wait is a `rate_limit` failure instead. */
  admit(writer: Writer): Promise<void>;
};

type Waiting = { is: RequestClass; resolve: () => void; reject: (error: Error) => void };

/**
 * Serves the lanes (one for each repository) of an installation in turn, so that a busy repository
 * delays no other. Each class waits in a line of its own, so that none waits behind a less urgent one.
 */
export function createWriteLimiter(
  quotas: Quotas,
  {
    windows = GITHUB_WINDOWS,
    patienceMs = PATIENCE_MS,
    pause = sleep as (ms: number) => Promise<unknown>,
  } = {},
): WriteLimiter {
  const lines = new Map<string, Map<string, Waiting[]>>();

  async function serve(line: string, installation: number): Promise<void> {
    const lanes = lines.get(line) ?? new Map<string, Waiting[]>();
    for (let next = lanes.entries().next(); !next.done; next = lanes.entries().next()) {
      const [lane, waiting] = next.value;
      const first = waiting.shift();
      lanes.delete(lane);
      // The lane goes to the end of the line.
      if (waiting.length > 0) lanes.set(lane, waiting);
      if (first) await admitOne(installation, first);
    }
    lines.delete(line);
  }

  async function admitOne(installation: number, { is, resolve, reject }: Waiting): Promise<void> {
    try {
      for (;;) {
        const wait = await quotas.take(`github-writes:${installation}`, shareOf(windows, is));
        if (wait === 0) return resolve();
        if (wait > patienceMs[is]) return reject(overLimit(wait));
        await pause(wait);
      }
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  return {
    admit: ({ installation, lane, is }) =>
      new Promise<void>((resolve, reject) => {
        const line = `${installation}:${is}`;
        const lanes = lines.get(line);
        const waiting = { is, resolve, reject };
        if (lanes) {
          const behind = lanes.get(lane);
          if (behind) behind.push(waiting);
          else lanes.set(lane, [waiting]);
          return;
        }
        lines.set(line, new Map([[lane, [waiting]]]));
        void serve(line, installation);
      }),
  };
}

const shareOf = (windows: readonly Window[], is: RequestClass): Window[] =>
  windows.map(({ spanMs, limit }) => ({
    spanMs,
    limit: Math.max(1, Math.floor(limit * WRITE_SHARE[is])),
  }));

const overLimit = (waitMs: number): GitHubFailure =>
  new GitHubFailure(
    'rate_limit',
    `Writing to GitHub has to wait ${Math.ceil(waitMs / 1000)} s, to stay below its limits.`,
    null,
    waitMs,
  );
