/** Parts of a text by their places. */

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

export const isWithin = (part: MarkdownSpan, spans: readonly MarkdownSpan[]): boolean =>
  spans.some(({ from, to }) => from <= part.from && part.from < to);
