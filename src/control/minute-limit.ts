/** How often each caller may ask within a minute, counted in this process. */
import { createBoundedCache } from '../core/bounds/bounded-cache.ts';

const MINUTE_MS = 60_000;
/** Of more callers at once the oldest are forgotten. */
const MOST_CALLERS = 10_000;

/** Returns 0 where the caller may ask, else the milliseconds to wait. */
export type MinuteLimit = (caller: string, now: number) => number;

/** `most`: in any minute that begins with a caller's first question; 0: there is no limit. */
export function createMinuteLimit(most: number): MinuteLimit {
  const callers = createBoundedCache<string, { since: number; count: number }>(MOST_CALLERS);
  return (caller, now) => {
    if (most === 0) return 0;
    const known = callers.get(caller);
    if (!known || now - known.since >= MINUTE_MS) {
      callers.set(caller, { since: now, count: 1 });
      return 0;
    }
    known.count += 1;
    return known.count > most ? known.since + MINUTE_MS - now : 0;
  };
}
