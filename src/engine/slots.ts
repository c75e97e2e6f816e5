/** How many runs one process works on at once; everything else never waits for them. */

export type Slots = {
  /** Gives the slot back; `null` where all are taken. Giving it back twice is once. */
  take(): (() => void) | null;
};

export function createSlots(count: number): Slots {
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
