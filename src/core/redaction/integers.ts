/**
 * Integers of 32 bits in a list that grows at its end. An array takes twice as much memory, and on texts
 * with a line for each character that costs more than what is done with them.
 */
export type Integers = {
  push(integer: number): void;
  /** The last one; -1 where there is none. */
  last(): number;
  length(): number;
  /** Leaves the first ones alone. */
  keep(first: number): void;
  /** All of them; nothing may be added after it. */
  all(): Int32Array;
};

const AT_FIRST = 64;

export function createIntegers(): Integers {
  let integers = new Int32Array(AT_FIRST);
  let length = 0;
  return {
    push(integer) {
      if (length === integers.length) {
        const grown = new Int32Array(2 * length);
        grown.set(integers);
        integers = grown;
      }
      integers[length] = integer;
      length += 1;
    },
    last: () => (length > 0 ? (integers[length - 1] ?? -1) : -1),
    length: () => length,
    keep(first) {
      length = first;
    },
    all: () => integers.subarray(0, length),
  };
}
