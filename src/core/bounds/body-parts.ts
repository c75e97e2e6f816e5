/**
 * The bytes of a body, kept in the parts in which they arrive. Memory that is not needed any more is
 * free at once: parts that are only forgotten stand there until the collector looks at 64 MB of them.
 */
import { createGrowingBytes } from './growing-bytes.ts';

export type BodyParts = {
  readonly size: number;
  /** Bytes of memory that they take. */
  readonly held: number;
  /** Whether it has come in so many small parts that taking them costs more than its bytes. */
  readonly isFragmented: boolean;
  /** Takes the part over: it is not to be read by others afterwards. */
  push(part: Uint8Array): void;
  /** All of them in one piece; none is held then. */
  whole(): Uint8Array<ArrayBuffer>;
  /** Gives their memory back. */
  free(): void;
};

/** A smaller part is put together with others: kept by itself it would cost more than it holds. */
const KEPT = 16 * 1024;
const TOGETHER = 64 * 1024;
/** A body of more parts than this, of fewer bytes each on average, is cut. */
const FRAGMENTS = { from: 1_000, bytes: 64 };

/** Whether a body is sent in parts such as no client sends: each costs as much to take as a large one. */
export const areFragments = (parts: number, bytes: number): boolean =>
  parts > FRAGMENTS.from && bytes < parts * FRAGMENTS.bytes;

export function createBodyParts(): BodyParts {
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let small = createGrowingBytes(TOGETHER);
  let size = 0;
  let held = 0;
  let count = 0;
  const keep = (part: Uint8Array<ArrayBuffer>) => {
    parts.push(part);
    held += part.buffer.byteLength;
  };
  const keepSmall = () => {
    if (small.size === 0) return;
    keep(small.view());
    small = createGrowingBytes(TOGETHER);
  };
  const free = () => {
    for (const { buffer } of parts) buffer.transfer(0);
    parts = [];
    small.free();
    [size, held] = [0, 0];
  };
  return {
    get size() {
      return size;
    },
    get held() {
      return held + small.held;
    },
    get isFragmented() {
      return areFragments(count, size);
    },
    push(part) {
      const isFirst = size === 0;
      size += part.length;
      count += 1;
      if (isAlone(part) && (isFirst || part.length >= KEPT)) {
        keepSmall();
        return keep(part);
      }
      small.push(part);
      giveBack(part);
      if (small.size >= TOGETHER) keepSmall();
    },
    whole() {
      keepSmall();
      const [only, ...others] = parts;
      const bytes = only && others.length === 0 ? only : joined(parts, size);
      parts = [];
      free();
      return bytes;
    },
    free,
  };
}

/** Each part gives its memory back as soon as it is copied. */
function joined(parts: Uint8Array<ArrayBuffer>[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
    part.buffer.transfer(0);
  }
  return bytes;
}

/** Gives the memory of bytes back where nothing else stands in it. They are not to be read any more. */
export function giveBack(bytes: Uint8Array): void {
  if (isAlone(bytes)) bytes.buffer.transfer(0);
}

const isAlone = (bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer && bytes.buffer.byteLength === bytes.byteLength;
