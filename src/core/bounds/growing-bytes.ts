/** Bytes that grow at their end in one piece: a list of parts would cost more than small parts hold. */

export type GrowingBytes = {
  readonly size: number;
  /** Bytes of memory that it takes. */
  readonly held: number;
  push(part: Uint8Array): void;
  /** What was pushed until now, as a view: it is used before anything else is pushed. */
  view(): Uint8Array<ArrayBuffer>;
  /** Gives its memory back at once; it holds nothing then. */
  free(): void;
  /** Keeps only the last bytes. */
  keepLast(bytes: number): void;
};

const FIRST = 1024;

/** `most`: where known, what it will hold in all. */
export function createGrowingBytes(most: number = Number.POSITIVE_INFINITY): GrowingBytes {
  let bytes = new Uint8Array(0);
  let size = 0;
  return {
    get size() {
      return size;
    },
    get held() {
      return bytes.length;
    },
    push(part) {
      const needed = size + part.length;
      if (needed > bytes.length) {
        const wanted = Math.min(Math.max(2 * bytes.length, FIRST), most);
        // In place of a copy, whose original would stand in memory until it is collected.
        bytes = new Uint8Array(bytes.buffer.transfer(Math.max(needed, wanted)));
      }
      bytes.set(part, size);
      size = needed;
    },
    view: () => bytes.subarray(0, size),
    free() {
      bytes = new Uint8Array(bytes.buffer.transfer(0));
      size = 0;
    },
    keepLast(count) {
      if (count >= size) return;
      bytes.copyWithin(0, size - count, size);
      size = count;
    },
  };
}
