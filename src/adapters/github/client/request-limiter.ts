/**
 * Requests to GitHub wait while it asks for silence, and while so few are left that they are kept for
 * what is more urgent. GitHub's own headers say how many; all processes share what they were told.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type RequestClass, requestWaitMs } from '../../../core/request-class.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { BudgetName, RequestBudget } from '../../../engine/ports/request-budget.ts';
import { latestWindow, leftOf, type RateLimitWindow, windowIn } from './rate-limit-window.ts';

/** Is called with the headers of the answer; `null` where there was none. */
type AnswerTold = (headers: Record<string, unknown> | null) => void;

export type RequestLimiter = {
  /** Resolves when one request may be made; a long wait is a `rate_limit` failure instead. */
  admit(name: BudgetName, is: RequestClass): Promise<AnswerTold>;
  /** GitHub has asked an installation for silence. */
  hold(installation: number, ms: number): Promise<void>;
};

/** What other processes were told is looked up no more often than this. */
const SHARED_MS = 1_000;
/**
 * Longer waits are failures that the core tries again later, so that no worker is blocked by them:
 * what is urgent needs a free one.
 */
export const PATIENCE_MS: Readonly<Record<RequestClass, number>> = {
  merge: 20_000,
  approval: 20_000,
  answer: 20_000,
  surface: 5_000,
  rest: 1_000,
};
/** Whoever has to wait longer asks again meanwhile: its class may be another by then. */
const AGAIN_MS = 5 * 60_000;

type Known = {
  window: RateLimitWindow | null;
  heldUntil: number;
  /** On their way: GitHub has not counted them yet. */
  underWay: number;
  sharedAt: number;
  sharing: Promise<void> | null;
};

export function createRequestLimiter(
  budget: RequestBudget,
  {
    now = Date.now,
    patienceMs = PATIENCE_MS,
    pause = sleep as (ms: number) => Promise<unknown>,
  } = {},
): RequestLimiter {
  const budgets = new Map<string, Known>();
  const of = ({ installation, resource }: BudgetName): Known => {
    const key = `${installation}:${resource}`;
    const known = budgets.get(key) ?? {
      window: null,
      heldUntil: 0,
      underWay: 0,
      sharedAt: Number.NEGATIVE_INFINITY,
      sharing: null,
    };
    budgets.set(key, known);
    return known;
  };

  async function share(name: BudgetName, known: Known): Promise<void> {
    const { left, heldMs } = await budget.share(name, leftOf(known.window, now()));
    const at = now();
    if (left) {
      const { limit, remaining, resetMs } = left;
      known.window = latestWindow(known.window, { limit, remaining, resetAt: at + resetMs });
    }
    known.heldUntil = Math.max(known.heldUntil, at + heldMs);
    known.sharedAt = at;
  }

  function waitMs({ window, heldUntil, underWay }: Known, is: RequestClass): number {
    const at = now();
    const left = leftOf(window, at);
    const wait = left ? requestWaitMs({ ...left, remaining: left.remaining - underWay }, is) : 0;
    return Math.max(wait, heldUntil - at, 0);
  }

  return {
    async admit(name, is) {
      const known = of(name);
      for (;;) {
        if (now() - known.sharedAt >= SHARED_MS) {
          known.sharing ??= share(name, known).finally(() => {
            known.sharing = null;
          });
          await known.sharing;
        }
        const wait = waitMs(known, is);
        if (wait === 0) break;
        if (wait > patienceMs[is]) throw tooFew(known, is, wait);
        await pause(wait);
      }
      known.underWay += 1;
      let isUnderWay = true;
      return headers => {
        if (isUnderWay) known.underWay -= 1;
        isUnderWay = false;
        const told = headers && windowIn(headers, now());
        if (told) known.window = latestWindow(known.window, told);
      };
    },
    async hold(installation, ms) {
      for (const resource of ['core', 'graphql'] as const) {
        const known = of({ installation, resource });
        known.heldUntil = Math.max(known.heldUntil, now() + ms);
      }
      await budget.hold(installation, ms);
    },
  };
}

function tooFew({ window }: Known, is: RequestClass, wait: number): GitHubFailure {
  const seconds = Math.ceil(wait / 1000);
  const left = window
    ? `${window.remaining} of ${window.limit} requests are left in this hour`
    : '';
  return new GitHubFailure(
    'rate_limit',
    `Asking GitHub has to wait up to ${seconds} s, to stay below its limits${left && `: ${left}`} (for: ${is}).`,
    null,
    Math.min(wait, AGAIN_MS),
  );
}
