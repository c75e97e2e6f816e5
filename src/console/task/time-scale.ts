/** Time on a line from 0 to 1 on which long stretches without anything are short. */
export type TimeSpan = { from: number; to: number };
export type Piece = TimeSpan & { start: number; end: number; idle: boolean };

/** A stretch without work counts as idle from this share of all work on. */
const IDLE_SHARE = 0.05;
const SHORTEST_IDLE_MS = 2_000;
/** The part of the line that an idle stretch takes, and that all of them take at most. */
const IDLE_WIDTH = 0.03;
const ALL_IDLE_WIDTH = 0.4;

/** Spans that touch are one; in order. */
function joined(spans: readonly TimeSpan[]): TimeSpan[] {
  const found: TimeSpan[] = [];
  for (const { from, to } of [...spans].sort((one, other) => one.from - other.from)) {
    const last = found.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else found.push({ from, to });
  }
  return found;
}

/** The line for what lies in `range`. */
export function timeScale(spans: readonly TimeSpan[], range: TimeSpan): Piece[] {
  const inRange = spans
    .filter(({ from, to }) => to >= range.from && from <= range.to)
    .map(({ from, to }) => ({ from: Math.max(from, range.from), to: Math.min(to, range.to) }));
  const work = joined(inRange);
  const worked = work.reduce((sum, { from, to }) => sum + to - from, 0);
  const longest = Math.max(worked * IDLE_SHARE, SHORTEST_IDLE_MS);
  const pieces: (TimeSpan & { idle: boolean })[] = [];
  let at = range.from;
  const add = (to: number, idle: boolean) => {
    const last = pieces.at(-1);
    if (to <= at) return;
    if (last && !last.idle && !idle) last.to = to;
    else pieces.push({ from: at, to, idle });
    at = to;
  };
  for (const { from, to } of work) {
    add(from, from - at > longest);
    add(to, false);
  }
  add(range.to, range.to - at > longest);
  const idle = pieces.filter(piece => piece.idle).length;
  const idleWidth = Math.min(IDLE_WIDTH, ALL_IDLE_WIDTH / Math.max(idle, 1));
  const busy = pieces.reduce((sum, piece) => sum + (piece.idle ? 0 : piece.to - piece.from), 0);
  const rest = 1 - idle * idleWidth;
  let start = 0;
  return pieces.map(piece => {
    const width = piece.idle ? idleWidth : busy === 0 ? 0 : ((piece.to - piece.from) / busy) * rest;
    const placed = { ...piece, start, end: start + width };
    start += width;
    return placed;
  });
}

/** Where a moment stands on the line, from 0 to 1. */
export function placeAt(pieces: readonly Piece[], moment: number): number {
  const piece = pieces.find(({ to }) => moment <= to) ?? pieces.at(-1);
  if (piece === undefined) return 0;
  const share = piece.to === piece.from ? 0 : (moment - piece.from) / (piece.to - piece.from);
  return piece.start + Math.min(1, Math.max(0, share)) * (piece.end - piece.start);
}

/** The moment that stands at this place of the line. */
export function momentAt(pieces: readonly Piece[], place: number): number {
  const piece = pieces.find(({ end }) => place <= end) ?? pieces.at(-1);
  if (piece === undefined) return 0;
  const width = piece.end - piece.start;
  const share = width === 0 ? 0 : (place - piece.start) / width;
  return piece.from + Math.min(1, Math.max(0, share)) * (piece.to - piece.from);
}
