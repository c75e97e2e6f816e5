/**
 * What a run may spend at its model: a request reserves its input and all the output that may come, and
 * gives back what it did not use. It is kept in this process, behind the interface of a shared ledger.
 */

/** Where a request does not say how much output it wants, it is held to this. */
const USUAL_OUTPUT = 64_000;

export type Reservation = {
  /** The most tokens of output; `null`: without a bound. */
  output: number | null;
  /** The request is over, and cost this many tokens. It is said once; what is said later is ignored. */
  settle(tokens: number): void;
};

export type TokenBudget = {
  /** `output`: 0 where the request does not say. `null`: nothing is left for it. */
  reserve(input: number, output: number): Reservation | null;
};

/** `limit`: tokens of input and output together; `null`: none. */
export function createTokenBudget(limit: number | null): TokenBudget {
  if (limit === null) return { reserve: () => ({ output: null, settle() {} }) };
  let left = limit;
  return {
    reserve(input, output) {
      const granted = Math.min(output || USUAL_OUTPUT, left - input);
      if (granted < 1) return null;
      let reserved = input + granted;
      left -= reserved;
      return {
        output: granted,
        settle(tokens) {
          if (reserved > 0) left += reserved - tokens;
          reserved = 0;
        },
      };
    },
  };
}
