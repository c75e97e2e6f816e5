/** How certain it is what was written before, so that only what is not certain is looked for on GitHub. */
import type { LeaseGuard } from '../lease-guard.ts';

type Tried = { failures: number };
type Held = Pick<LeaseGuard, 'before'>;

/** What a surface showed when it was written last, as the writes take it. */
export function lastShown<T>(
  shown: T | null | undefined,
  tried: Tried,
  held: Held,
): (T & { doubted: boolean }) | 'nothing' | null {
  if (shown) return { ...shown, doubted: tried.failures > 0 || held.before === 'doubted' };
  return isFirstTry(tried, held) ? 'nothing' : null;
}

/** Nobody can have performed the effect before, not even without recording it. */
export const isFirstTry = ({ failures }: Tried, { before }: Held): boolean =>
  failures === 0 && before === 'nobody';
