/**
 * Our own limit on writes, below GitHub's: 80 content creations a minute and 500 an hour for each
 * installation, and silence while GitHub asks for it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { GitHubFailure } from '../../engine/ports/github.ts';

/** Where the count is kept; shared by all processes where they share a store. */
export type WriteBudget = {
  /** Takes `cost` for `name` and returns 0, or takes nothing and returns the milliseconds to wait. */
  take(name: string, cost: number): Promise<number>;
  /** Nothing is given out for `name` during the next `ms`. */
  hold(name: string, ms: number): Promise<void>;
};

export type Window = { spanMs: number; limit: number };

export const GITHUB_WINDOWS: readonly Window[] = [
  { spanMs: 60_000, limit: 80 },
  { spanMs: 3_600_000, limit: 500 },
];

/** The budget of one process: sliding windows over the times of what was taken. */
export function createWriteBudget(
  windows: readonly Window[] = GITHUB_WINDOWS,
  now: () => number = Date.now,
): WriteBudget {
  const longest = Math.max(...windows.map(window => window.spanMs));
  const taken = new Map<string, { times: number[]; heldUntil: number }>();
  const of = (name: string) => {
    const entry = taken.get(name) ?? { times: [], heldUntil: 0 };
    taken.set(name, entry);
    return entry;
  };
  return {
    async take(name, cost) {
      const entry = of(name);
      const at = now();
      entry.times = entry.times.filter(time => at - time < longest);
      const waits = windows.map(({ spanMs, limit }) => {
        const inWindow = entry.times.filter(time => at - time < spanMs);
        // The one that has to leave the window before there is room.
        const blocking = inWindow[inWindow.length + cost - limit - 1];
        return blocking === undefined ? 0 : blocking + spanMs - at;
      });
      const wait = Math.max(entry.heldUntil - at, 0, ...waits);
      if (wait === 0) for (let n = 0; n < cost; n += 1) entry.times.push(at);
      return wait;
    },
    async hold(name, ms) {
      const entry = of(name);
      entry.heldUntil = Math.max(entry.heldUntil, now() + ms);
    },
  };
}

export type Limiter = {
  /** Resolves when one write may be made; a long wait is a `rate_limit` failure instead. */
  admit(installation: number, lane: string): Promise<void>;
  /** GitHub itself has asked for silence. */
  hold(installation: number, ms: number): Promise<void>;
};

/** Longer waits go back to the core, which tries again later: a worker is not kept for them. */
const PATIENCE_MS = 20_000;

/** Serves the lanes (repositories) of an installation in turn, so that a busy one starves no other. */
export function createLimiter(
  budget: WriteBudget = createWriteBudget(),
  patienceMs: number = PATIENCE_MS,
  pause: (ms: number) => Promise<unknown> = sleep,
): Limiter {
  type Waiting = { resolve: () => void; reject: (error: Error) => void };
  const queues = new Map<number, Map<string, Waiting[]>>();

  async function serve(installation: number, lanes: Map<string, Waiting[]>): Promise<void> {
    for (let next = lanes.entries().next(); !next.done; next = lanes.entries().next()) {
      const [lane, waiting] = next.value;
      const first = waiting.shift();
      lanes.delete(lane);
      // To the end of the round.
      if (waiting.length > 0) lanes.set(lane, waiting);
      if (first) await admitOne(installation, first);
    }
    queues.delete(installation);
  }

  async function admitOne(installation: number, { resolve, reject }: Waiting): Promise<void> {
    const name = `github-writes:${installation}`;
    try {
      for (;;) {
        const wait = await budget.take(name, 1);
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
