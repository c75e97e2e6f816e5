/** How many runs one process works on at once; everything else never waits for them. */

export type ConcurrencyLimit = {
  /** Gives the slot back; `null` where all are taken. Giving it back twice is once. */
  take(): (() => void) | null;
};

export function createConcurrencyLimit(count: number): ConcurrencyLimit {
  let free = count;
  return {
    take() {
      if (free === 0) return null;
      free -= 1;
      let held = true;
      return () => {
        if (held) free += 1;
        held = false;
      };
    },
  };
}
