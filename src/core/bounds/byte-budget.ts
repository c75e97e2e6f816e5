/**
 * One budget of bytes for everything that arrives from outside at the same time. Size decides where
 * it is exceeded: the largest that is still arriving is given up, so small ones never wait for large.
 */

type ByteBudget = {
  /** `giveUp` is called where this one is the largest of too much; what it held is free then. */
  open(giveUp: () => void): HeldBytes;
};

type HeldBytes = {
  /** It holds so many bytes now. */
  hold(bytes: number): void;
  /** It has arrived whole: it is not given up any more. */
  arrived(): void;
  /** It holds nothing any more. */
  release(): void;
};

export function createByteBudget(most: number): ByteBudget {
  const arriving = new Map<HeldBytes, { bytes: number; giveUp: () => void }>();
  let held = 0;
  return {
    open(giveUp) {
      let bytes = 0;
      const one: HeldBytes = {
        hold(now) {
          held += now - bytes;
          bytes = now;
          const entry = arriving.get(one);
          if (entry) entry.bytes = now;
          while (held > most && giveUpLargest()) {}
        },
        arrived: () => void arriving.delete(one),
        release() {
          arriving.delete(one);
          held -= bytes;
          bytes = 0;
        },
      };
      arriving.set(one, { bytes, giveUp });
      return one;
    },
  };

  /** False where all that is held has arrived: it is worked on, and free soon. */
  function giveUpLargest(): boolean {
    let largest: HeldBytes | null = null;
    let size = -1;
    for (const [one, { bytes }] of arriving)
      if (bytes > size) {
        largest = one;
        size = bytes;
      }
    if (largest === null) return false;
    const { giveUp } = arriving.get(largest) ?? {};
    largest.release();
    giveUp?.();
    return true;
  }
}
