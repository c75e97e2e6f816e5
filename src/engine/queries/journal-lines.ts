/**
 * Lines of a journal that is kept, read from where they stand: a page costs its own bytes, however long the
 * journal is. Where a line stands is remembered of every so many that were read; from the nearest of those
 * before it, what lies between is read once. What people are shown is no proof: its digest is not computed.
 */
import { createBoundedCache } from '../../core/bounds/bounded-cache.ts';
import type { Digest } from '../../core/decision.ts';
import type { Artifacts } from '../ports/artifacts.ts';

/** Bytes that are read at once. */
const PIECE_BYTES = 256 * 1024;
const REMEMBERED_EVERY = 100;
const MOST_JOURNALS = 500;
const LINE_END = 0x0a;

/** For each line whose number is a multiple of `REMEMBERED_EVERY`, the byte after its end. */
type Places = number[];
const known = createBoundedCache<Digest, Places>(MOST_JOURNALS);

/** The lines after that number, at most `most`; empty ones count for nothing. */
export async function journalLines(
  artifacts: Pick<Artifacts, 'part'>,
  digest: Digest,
  after: number,
  most: number,
): Promise<string[]> {
  const places = known.get(digest) ?? [0];
  known.set(digest, places);
  const nearest = Math.min(Math.floor(after / REMEMBERED_EVERY), places.length - 1);
  let seq = nearest * REMEMBERED_EVERY;
  let at = places[nearest] ?? 0;
  const lines: string[] = [];
  let begun: Buffer[] = [];
  while (lines.length < most) {
    const piece = await artifacts.part(digest, at + lengthOf(begun), PIECE_BYTES);
    let from = 0;
    for (let end = piece.indexOf(LINE_END); end >= 0; end = piece.indexOf(LINE_END, from)) {
      const line = Buffer.concat([...begun, piece.subarray(from, end)]);
      begun = [];
      at += line.length + 1;
      from = end + 1;
      if (line.length === 0) continue;
      seq += 1;
      if (seq === places.length * REMEMBERED_EVERY) places.push(at);
      if (seq > after) lines.push(line.toString('utf8'));
      if (lines.length >= most) return lines;
    }
    begun.push(piece.subarray(from));
    if (piece.length < PIECE_BYTES) break;
  }
  const last = Buffer.concat(begun).toString('utf8');
  if (last !== '' && seq + 1 > after) lines.push(last);
  return lines;
}

const lengthOf = (pieces: readonly Buffer[]): number =>
  pieces.reduce((sum, { length }) => sum + length, 0);
