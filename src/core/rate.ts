/** A rate that what asks has to keep: a burst passes at once, and what comes after waits its turn. */

/** Milliseconds that the one who asks now has to wait. `now`: milliseconds that only grow. */
export type Rate = (now: number) => number;

export function createRate({ perSecond, burst }: { perSecond: number; burst: number }): Rate {
  const every = 1_000 / perSecond;
  let next = Number.NEGATIVE_INFINITY;
  return now => {
    next = Math.max(next, now - burst * every) + every;
    return Math.max(0, next - now);
  };
}
