/**
 * Finds the part of two texts that differs, extended to whole top-level statements on both sides, so
 * that most of a large file need not be parsed.
 */

/** Offsets, the end excluded. */
export type TextSpan = { from: number; to: number };

export function changedPart(before: string, after: string): { before: TextSpan; after: TextSpan } {
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

/** Whether a top-level statement begins here: without indentation, after a blank line or another's end. */
const isStart = (text: string, at: number): boolean =>
  /[^\s)\]}'"`]/.test(text.charAt(at)) && /[\n;}]/.test(text.charAt(at - 2));

/** The offset of the last statement that begins before `at`. */
function lastStart(text: string, at: number): number {
  let line = text.lastIndexOf('\n', at - 2);
  while (line > 0 && !isStart(text, line + 1)) line = text.lastIndexOf('\n', line - 1);
  return line > 0 ? line + 1 : 0;
}

function nextStart(text: string, at: number): number {
  let line = text.indexOf('\n', at);
  while (line >= 0 && !isStart(text, line + 1)) line = text.indexOf('\n', line + 1);
  return line >= 0 ? line + 1 : text.length;
}
