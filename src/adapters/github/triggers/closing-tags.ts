/** A command within `<details>` is followed by its end, which is no part of what is asked. */

const TAG = /<(\/?)([a-z][a-z0-9]*)(?=[\s/>])[^<>]*>/gi;
const ONLY_ENDS = /^\s*(?:<\/[a-z][a-z0-9]*>\s*)+$/i;

/** How many elements there are of each name. */
type ElementCounts = Map<string, number>;

/** Says which elements of HTML are open at an offset. It is asked from the first to the last. @foreign */
export function openElements(text: string): (at: number) => ElementCounts {
  const tags = text.matchAll(TAG);
  const open: ElementCounts = new Map();
  let next = tags.next();
  return at => {
    for (; !next.done && next.value.index < at; next = tags.next()) count(open, next.value);
    return open;
  };
}

/** Without the ends, on its last lines, of elements that were open before it and were not begun in it. @foreign */
export function withoutEnds(text: string, open: ReadonlyMap<string, number>): string {
  const lines = text.split('\n');
  if (open.size === 0 || !ONLY_ENDS.test(lines.at(-1) ?? '')) return text;
  const [begun, ended] = countTags(text);
  const left = new Map(open);
  for (;;) {
    while (lines.at(-1)?.trim() === '') lines.pop();
    const last = lines.at(-1) ?? '';
    if (!ONLY_ENDS.test(last)) return lines.join('\n').trimEnd();
    const ends = countTags(last)[1];
    const areOutside = [...ends].every(
      ([name, many]) =>
        (ended.get(name) ?? 0) - (begun.get(name) ?? 0) >= many && (left.get(name) ?? 0) >= many,
    );
    if (!areOutside) return lines.join('\n').trimEnd();
    for (const [name, many] of ends) {
      ended.set(name, (ended.get(name) ?? 0) - many);
      left.set(name, (left.get(name) ?? 0) - many);
    }
    lines.pop();
  }
}

function count(open: ElementCounts, [, closing, tag = '']: readonly (string | undefined)[]): void {
  const name = tag.toLowerCase();
  open.set(name, Math.max(0, (open.get(name) ?? 0) + (closing ? -1 : 1)));
}

/** How often each element begins in the text, and how often it ends. */
function countTags(text: string): [begun: ElementCounts, ended: ElementCounts] {
  const begun: ElementCounts = new Map();
  const ended: ElementCounts = new Map();
  for (const [, closing, tag = ''] of text.matchAll(TAG)) {
    const of = closing ? ended : begun;
    of.set(tag.toLowerCase(), (of.get(tag.toLowerCase()) ?? 0) + 1);
  }
  return [begun, ended];
}
