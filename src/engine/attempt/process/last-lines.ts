/** The last lines of an output, both streams in the order in which they came. */
import { lastPart } from '../../../core/text/last-part.ts';

/** Empty lines have no characters, and cost all the same. */
const MOST_LINES = 50_000;

export function createLastLines(most: number): { add(line: string): void; text(): string } {
  let lines: string[] = [];
  let length = 0;
  return {
    add(line) {
      lines.push(line);
      length += line.length + 1;
      // They are dropped seldom, because each time moves all that stay.
      if (length > 2 * most || lines.length > 2 * MOST_LINES) drop();
    },
    text() {
      drop();
      return lastPart(lines.join('\n'), most);
    },
  };

  function drop(): void {
    let from = 0;
    for (; from < lines.length - 1 && isTooMuch(from); from++)
      length -= (lines[from] ?? '').length + 1;
    lines = lines.slice(from);
  }

  function isTooMuch(from: number): boolean {
    return length > most || lines.length - from > MOST_LINES;
  }
}
