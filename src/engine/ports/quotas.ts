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

export type RememberedQuotas = Quotas & {
  /** The same on behalf of `who`: whoever takes of the name again gets the first answer, and takes nothing. */
  takeOnce(who: string, name: string, windows: readonly Window[]): Promise<number>;
};

/** The quotas as they are taken on behalf of `who`, however often that is tried. */
export const onBehalfOf = (quotas: RememberedQuotas, who: string): RememberedQuotas => ({
  ...quotas,
  take: (name, windows) => quotas.takeOnce(who, name, windows),
});
