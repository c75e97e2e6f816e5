/** GitHub's rate-limit window of an hour: how many requests were left in its last answer, and when it ends. */
import type { RequestsLeft } from '../../../core/request-class.ts';

/** `resetAt`: by this machine's clock, in ms. */
export type RateLimitWindow = { limit: number; remaining: number; resetAt: number };

/** GitHub's windows are of an hour: a header that says more is of something between us, or wrong. */
export const HOUR_MS = 3_600_000;
/** By how much the clocks of machines that answer may differ. */
const SLACK_MS = 60_000;

/** Reset times of one window differ by the seconds that answers take; those further apart are of two windows. */
const APART_MS = 60_000;

/** The window after one more answer of GitHub; answers arrive in any order. */
export function latestWindow(
  known: RateLimitWindow | null,
  told: RateLimitWindow,
): RateLimitWindow {
  if (known === null || told.resetAt > known.resetAt + APART_MS) return told;
  if (told.resetAt < known.resetAt - APART_MS) return known;
  const { limit } = told;
  return { limit, remaining: Math.min(known.remaining, told.remaining), resetAt: known.resetAt };
}

/** Reads the window from the headers of an answer; null where they have none, as where limits are off. */
export function windowIn(headers: Record<string, unknown>, now: number): RateLimitWindow | null {
  const limit = whole(headers['x-ratelimit-limit']);
  const remaining = whole(headers['x-ratelimit-remaining']);
  const reset = whole(headers['x-ratelimit-reset']);
  if (limit === null || limit === 0 || remaining === null || reset === null) return null;
  // By GitHub's own clock: this machine's may be off.
  const at = Date.parse(String(headers.date ?? ''));
  const resetMs = reset * 1000 - (Number.isNaN(at) ? now : at);
  if (resetMs > HOUR_MS + SLACK_MS) return null;
  return { limit, remaining, resetAt: now + resetMs };
}

const whole = (value: unknown): number | null =>
  /^\d{1,12}$/.test(String(value ?? '')) ? Number(value) : null;

export const leftOf = (window: RateLimitWindow | null, now: number): RequestsLeft | null =>
  window === null || window.resetAt <= now
    ? null
    : { limit: window.limit, remaining: window.remaining, resetMs: window.resetAt - now };
