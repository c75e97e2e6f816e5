/** How often GitHub is looked at for what no delivery brought, and how often checkpoints are made. */

/** Milliseconds between polls, of all processes together. */
export type Intervals = {
  deliveriesMs: number;
  /** Whether all of GitHub's log of deliveries is read, or what failed. */
  which?: 'failed' | 'all';
  eventsMs: number;
  checkpointsMs?: number;
  /** How long a delivery may take by itself. */
  graceMs?: number;
};

export const INTERVALS: Intervals = { deliveriesMs: 60_000, eventsMs: 120_000 };

/** What is changed in the database within this time can't be told from outside. */
export const CHECKPOINTS_MS = 3_600_000;

/** Where no webhook reaches us. */
export const INTERVALS_BY_LOG: Intervals = {
  deliveriesMs: 5_000,
  which: 'all',
  eventsMs: 120_000,
};

/** Says so, to people. */
export const FROM_LOG = `deliveries are read from GitHub's log every ${INTERVALS_BY_LOG.deliveriesMs / 1000} s: no webhook has to reach this machine`;

/** Milliseconds between polls: at first and after one that found something, and at most. */
export type Pace = { everyMs: number; slowestMs: number };

/** Where nothing was missed for a while, missed events are looked for five times less often. */
export const paceOfEvents = (everyMs: number): Pace => ({ everyMs, slowestMs: 5 * everyMs });

/** Twice as long after each poll that found nothing. */
export const nextPace = (paceMs: number, found: number, { everyMs, slowestMs }: Pace): number =>
  found > 0 ? everyMs : Math.min(2 * paceMs, slowestMs);
