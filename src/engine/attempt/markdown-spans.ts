/** Parts of a Markdown text by their places. */

export type MarkdownSpan = { from: number; to: number };

/** The rest of the text, and how many parts were taken out; one within another counts with that. */
export function without(
  text: string,
  spans: readonly MarkdownSpan[],
): { text: string; taken: number } {
  const parts: string[] = [];
  let kept = 0;
  let taken = 0;
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    if (from >= kept) {
      parts.push(text.slice(kept, from));
      taken += 1;
    }
    kept = Math.max(kept, to);
  }
  return { text: parts.join('') + text.slice(kept), taken };
}

export function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1)
    if (text[at] === '\n' || text[at] === '\r') return at;
  return text.length;
}

export const nextLine = (text: string, end: number): number =>
  text.startsWith('\r\n', end) ? end + 2 : end + 1;
