/**
 * What a request to GitHub is for. Where few requests are left, each class leaves some of them to
 * those that are named before it.
 */
export const REQUEST_CLASSES = ['merge', 'approval', 'answer', 'surface', 'rest'] as const;
/** `answer`: work for, and answers to, people with a role. `rest`: refusals and the look-through too. */
export type RequestClass = (typeof REQUEST_CLASSES)[number];

/** The share of GitHub's limit that a class leaves to those before it. */
const RESERVED: Readonly<Record<RequestClass, number>> = {
  merge: 0,
  approval: 0.02,
  answer: 0.05,
  surface: 0.15,
  rest: 0.3,
};

/** What GitHub says is left, and for how long that has to last. */
export type RequestsLeft = { limit: number; remaining: number; resetMs: number };

const HOUR_MS = 3_600_000;

/**
 * How long a request of this class waits, in milliseconds; 0 where it may be made. What is reserved
 * shrinks with the time that it has to last, so that no request is left over when the hour ends.
 */
export function requestWaitMs(left: RequestsLeft, is: RequestClass): number {
  const { limit, remaining, resetMs } = left;
  if (resetMs <= 0) return 0;
  const reserved = RESERVED[is] * limit;
  const now = reserved * Math.min(1, resetMs / HOUR_MS);
  if (remaining >= 1 && remaining > now) return 0;
  if (remaining < 1 || reserved === 0) return resetMs;
  return Math.max(1, Math.ceil(resetMs - (remaining / reserved) * HOUR_MS));
}

/** The classes that have to wait, the most urgent first. */
export const waitingClasses = (left: RequestsLeft): RequestClass[] =>
  REQUEST_CLASSES.filter(is => requestWaitMs(left, is) > 0);

/** Of our own limit on writes, the share up to which a class may use it. */
export const WRITE_SHARE: Readonly<Record<RequestClass, number>> = {
  merge: 1,
  approval: 0.95,
  answer: 0.85,
  surface: 0.7,
  rest: 0.4,
};
