/** Why a merge is not done yet. */
import type { Obstacle } from './events.ts';

export type Blocked = {
  obstacle: Obstacle;
  reason: string;
  /** The names of the checks that are waited for. */
  waitsFor: string[];
  /** When the wait for checks ends; null where none was waited for. */
  checksUntil: string | null;
  /** When to look again at the latest, where that is known. */
  lookAt: string | null;
};

/** Something that is no check stands in the way. */
export const blockedBy = (
  obstacle: Obstacle,
  reason: string,
  checksUntil: string | null,
): Blocked => ({ obstacle, reason, waitsFor: [], checksUntil, lookAt: null });
