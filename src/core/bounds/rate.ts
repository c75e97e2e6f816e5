/** A rate that what asks has to keep: a burst passes at once, and what comes after waits its turn. */

/**
 * Milliseconds that the one who asks now has to wait. `now`: milliseconds that only grow; `units`:
 * how much it asks for, where that is not one.
 */
export type Rate = (now: number, units?: number) => number;

export function createRate({ perSecond, burst }: { perSecond: number; burst: number }): Rate {
  const every = 1_000 / perSecond;
  let next = Number.NEGATIVE_INFINITY;
  return (now, units = 1) => {
    next = Math.max(next, now - burst * every) + units * every;
    return Math.max(0, next - now);
  };
}
