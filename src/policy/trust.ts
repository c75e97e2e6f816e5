/** Trust levels, and how taint lowers them. What each level may do is said by the policies. */
import { z } from 'zod';

const LEVELS = ['T0', 'T1', 'T2', 'T3'] as const;
export const Trust = z.enum(LEVELS);
export type Trust = z.infer<typeof Trust>;

/** As policies compare it: 0 to 3. */
export const trustLevel = (trust: Trust): number => LEVELS.indexOf(trust);

/**
 * The level an agent acts at. A task that reads text by people without write access (`taint`: where
 * that text stands) acts one level lower, but not below T1: it still works inside its sandbox.
 */
export function effectiveTrust(granted: Trust, taint: readonly string[]): Trust {
  if (taint.length === 0) return granted;
  return granted === 'T3' ? 'T2' : granted === 'T2' ? 'T1' : granted;
}
