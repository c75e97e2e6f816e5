/** An hour of GitHub's: how many requests were left when it last said so, and when it ends. */
import type { RequestsLeft } from '../../core/request-class.ts';

/** `resetAt`: by this machine's clock, in ms. */
export type Hour = { limit: number; remaining: number; resetAt: number };

/** Resets of one hour differ by the seconds that answers take: further apart they are of two hours. */
const APART_MS = 60_000;

/** What is known after GitHub said something more: answers arrive in any order. */
export function later(known: Hour | null, told: Hour): Hour {
  if (known === null || told.resetAt > known.resetAt + APART_MS) return told;
  if (told.resetAt < known.resetAt - APART_MS) return known;
  const { limit } = told;
  return { limit, remaining: Math.min(known.remaining, told.remaining), resetAt: known.resetAt };
}

/** What the headers of an answer say; `null` where they say nothing, as where limits are off. */
export function hourIn(headers: Record<string, unknown>, now: number): Hour | null {
  const limit = whole(headers['x-ratelimit-limit']);
  const remaining = whole(headers['x-ratelimit-remaining']);
  const reset = whole(headers['x-ratelimit-reset']);
  if (limit === null || limit === 0 || remaining === null || reset === null) return null;
  // By GitHub's own clock: this machine's may be off.
  const at = Date.parse(String(headers.date ?? ''));
  const resetMs = reset * 1000 - (Number.isNaN(at) ? now : at);
  return { limit, remaining, resetAt: now + resetMs };
}

const whole = (value: unknown): number | null =>
  /^\d{1,12}$/.test(String(value ?? '')) ? Number(value) : null;

export const leftOf = (hour: Hour | null, now: number): RequestsLeft | null =>
  hour === null || hour.resetAt <= now
    ? null
    : { limit: hour.limit, remaining: hour.remaining, resetMs: hour.resetAt - now };
