/**
 * The part of two texts that can differ in meaning: from the last top-level piece that begins before
 * the first difference to the first one after the last. Most of a large file need not be parsed.
 */

/** Offsets, the end excluded. */
export type Span = { from: number; to: number };

export function changedPart(before: string, after: string): { before: Span; after: Span } {
  const least = Math.min(before.length, after.length);
  let same = 0;
  while (same < least && before.charCodeAt(same) === after.charCodeAt(same)) same += 1;
  const from = lastStart(after, same);
  let tail = 0;
  while (
    tail < least - same &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail += 1;
  const to = nextStart(after, after.length - tail);
  return {
    before: { from, to: before.length - (after.length - to) },
    after: { from, to },
  };
}

/** Where a piece begins at the margin after a blank line. */
const START = /\n\n(?=[^\s)\]}'"`])/g;

/** The last start that the whole of what precedes `at` is the same before. */
function lastStart(text: string, at: number): number {
  let found = text.lastIndexOf('\n\n', at - 2);
  while (found >= 0) {
    // The piece's first character must be the same in both texts, too.
    if (found + 2 < at && /[^\s)\]}'"`]/.test(text.charAt(found + 2))) return found + 2;
    found = found === 0 ? -1 : text.lastIndexOf('\n\n', found - 1);
  }
  return 0;
}

function nextStart(text: string, at: number): number {
  START.lastIndex = at;
  const found = START.exec(text);
  return found ? found.index + 1 : text.length;
}
