/**
 * An approval is judged again at most five seconds before each effect, for the head that the effect
 * names. GitHub compares that sha once more when it acts. What is too old is judged once more, with
 * nothing between that and the effect, so that a slow machine alone refuses nothing.
 */
const FRESH_FOR_MS = 5_000;

type Freshness = 'fresh' | 'old' | 'another_head';

/** Asked right before the effect. Times are ISO 8601 by one clock. */
export function freshnessOf(
  judged: { head: string | null; at: string },
  effect: { head: string | null; now: string },
): Freshness {
  if (judged.head !== effect.head) return 'another_head';
  const age = Date.parse(effect.now) - Date.parse(judged.at);
  // A clock that ran backwards, or no time at all, is no proof of freshness.
  return age >= 0 && age <= FRESH_FOR_MS ? 'fresh' : 'old';
}
