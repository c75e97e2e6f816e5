export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** From the largest to the smallest. */
export const UNITS = [
  { name: 'day', short: 'd', ms: DAY },
  { name: 'hour', short: 'h', ms: HOUR },
  { name: 'minute', short: 'm', ms: MINUTE },
  { name: 'second', short: 's', ms: SECOND },
  { name: 'millisecond', short: 'ms', ms: 1 },
];
