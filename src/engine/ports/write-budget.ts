/**
 * How many writes there may be: counted in sliding windows by name, in one place for all processes
 * that share it. What was taken is spent, whether or not its taker lived to write.
 */

/** At most `limit` takes within any `spanMs`. */
export type Window = { spanMs: number; limit: number };

export type WriteBudget = {
  /** Takes one for `name` and returns 0, or takes nothing and returns the milliseconds to wait. */
  take(name: string, windows: readonly Window[]): Promise<number>;
  /** Nothing is given out for `name` during the next `ms`. */
  hold(name: string, ms: number): Promise<void>;
};
