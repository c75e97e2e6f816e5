/**
 * Reads an index, which is git's list of the files of a work tree with what it last saw of each, and
 * says anew what git may take for known. Git's own manual calls the format gitformat-index(5).
 */
import { createHash } from 'node:crypto';

/** An entry begins with what git saw: times, device, inode, mode, owners and size. */
const SEEN_TIMES = [0, 24] as const;
const SEEN_OWNERS_AND_SIZE = [28, 40] as const;
const FLAGS = 60;
const PATH = 62;
const ASSUME_UNCHANGED = 0x8000;
/** Longer names have no length in the entry, and end by a NUL as all do. */
const LENGTH = 0x0fff;
const HEADER = 12;
const DIGEST = 20;

/**
 * What git does with a file: it reads it, it compares what it sees with what it saw, or it takes it for
 * unchanged without a look.
 */
export type HowRead = 'read' | 'compare' | 'assume';

/** A copy of an index, each of whose files git reads as is said by its path, which is `latin1`. */
export function readAs(index: Buffer, how: (path: string) => HowRead): Buffer {
  const marked = Buffer.from(index);
  for (const { path, at } of entriesOf(index)) {
    const is = how(path);
    if (is === 'assume')
      marked.writeUInt16BE(index.readUInt16BE(at + FLAGS) | ASSUME_UNCHANGED, at + FLAGS);
    if (is === 'read')
      for (const [from, to] of [SEEN_TIMES, SEEN_OWNERS_AND_SIZE])
        marked.fill(0, at + from, at + to);
  }
  const end = marked.length - DIGEST;
  createHash('sha1').update(marked.subarray(0, end)).digest().copy(marked, end);
  return marked;
}

/** The files of an index, sorted by the bytes of their paths. */
export function* entriesOf(index: Buffer): Generator<{ path: string; at: number }> {
  if (index.toString('latin1', 0, 4) !== 'DIRC' || index.readUInt32BE(4) !== 2)
    throw new Error('This is no index of version 2.');
  let at = HEADER;
  for (let left = index.readUInt32BE(8); left > 0; left -= 1) {
    const length = index.readUInt16BE(at + FLAGS) & LENGTH;
    const end = length < LENGTH ? at + PATH + length : index.indexOf(0, at + PATH);
    yield { path: index.toString('latin1', at + PATH, end), at };
    // One to eight NULs follow, so that the length is a multiple of eight.
    at += (end - at + 8) & ~7;
  }
}
