/** Whether the reader of a stream may still see what they began to read. */

/** What was looked up is believed for so many milliseconds. */
const STANDS_MS = 10_000;

/** `stands`: whether the reader is still known, and may see what they could. */
export function stillStands(stands: () => Promise<boolean>): () => Promise<boolean> {
  let lookedAt = Date.now();
  return async () => {
    if (Math.abs(Date.now() - lookedAt) < STANDS_MS) return true;
    lookedAt = Date.now();
    // Where it can't be found out, nothing is shown either.
    return stands().catch(() => false);
  };
}
