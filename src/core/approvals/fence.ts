/**
 * An approval is judged again at most five seconds before each effect, for the head that the effect
 * names. GitHub compares that sha once more when it acts.
 */
const FRESH_FOR_MS = 5_000;

/** Asked right before the effect. Times are ISO 8601 by one clock. */
export function fence(
  judged: { head: string | null; at: string },
  effect: { head: string | null; now: string },
): { ok: true } | { ok: false; reason: string } {
  if (judged.head !== effect.head)
    return { ok: false, reason: 'It was judged for another head than it would act on.' };
  const age = Date.parse(effect.now) - Date.parse(judged.at);
  // A clock that ran backwards, or no time at all, is no proof of freshness.
  return age >= 0 && age <= FRESH_FOR_MS
    ? { ok: true }
    : { ok: false, reason: `It was judged ${age} ms ago; at most ${FRESH_FOR_MS} ms are fresh.` };
}
