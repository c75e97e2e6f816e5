/**
 * Limits of our own: how often something may happen, counted in sliding windows by name, in one place
 * for all processes that share it. What was taken is spent, whatever came of it.
 */

/** At most `limit` takes within any `spanMs`. */
export type Window = { spanMs: number; limit: number };

export type Quotas = {
  /** Takes one for `name` and returns 0, or takes nothing and returns the milliseconds to wait. */
  take(name: string, windows: readonly Window[]): Promise<number>;
};
