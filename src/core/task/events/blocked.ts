/** Why a merge is not done yet. */
import { z } from 'zod';

/** What keeps a merge from happening. A task waits for each of them, and ends by none. */
export const Obstacle = z.enum([
  /** Checks run, or are expected. */
  'checks',
  /** The pull request is closed. */
  'closed',
  /** The two can't be merged: both changed the same lines. */
  'conflict',
  /** The branch lacks commits of the base, and the base asks for all of them. */
  'behind',
  /** It is locked, or somebody made it a draft again. */
  'held',
  /** We put it into GitHub's merge queue, which merges it. */
  'queued',
  /** GitHub took it out of its merge queue. */
  'dequeued',
  /** GitHub says no, in its own words. */
  'github',
]);
export type Obstacle = z.infer<typeof Obstacle>;

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

/** More names than these are for GitHub's own list to show. */
const LISTED = 5;

export function listedChecks(names: string[]): string {
  const more = names.length - LISTED;
  return `${names.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export const waitsForChecks = (names: string[]): string =>
  `It waits for checks: ${listedChecks(names)}.`;

/** Something that is no check stands in the way. */
export const blockedBy = (
  obstacle: Obstacle,
  reason: string,
  checksUntil: string | null,
): Blocked => ({ obstacle, reason, waitsFor: [], checksUntil, lookAt: null });

/** Whether policy is not even asked: nobody could merge the pull request as it stands. */
export const standsStill = (blocked: Pick<Blocked, 'obstacle'> | null): boolean =>
  blocked !== null && ['closed', 'held', 'conflict'].includes(blocked.obstacle);

/** Nothing is known yet of merging the head. */
export const NO_MERGE = {
  mergeable: null,
  mergeWaits: false,
  blocks: 0,
  blocked: null,
  mergeQueue: null,
  signaledInMerge: false,
  waitsFor: [],
  turnedGreen: [],
  checksUntil: null,
};
