/** Where a replay differs from its record first. */

export type Divergence = {
  /** What differs, in words: `the prompt`, `the output of a tool`. */
  of: string;
  /** Where, for people: `request 3 to the model, input[5].output`. */
  at: string;
  recorded: string;
  replayed: string;
};

export type Divergences = {
  /** Aborted once there is one: what comes after it says nothing. */
  signal: AbortSignal;
  first(): Divergence | null;
  found(divergence: Divergence): void;
};

export function createDivergences(): Divergences {
  const ended = new AbortController();
  let first: Divergence | null = null;
  return {
    signal: ended.signal,
    first: () => first,
    found(divergence) {
      first ??= divergence;
      ended.abort();
    },
  };
}
