/** The last lines of an output, both streams in the order in which they came. */

export function createLastLines(most: number): { add(line: string): void; text(): string } {
  let lines: string[] = [];
  let length = 0;
  return {
    add(line) {
      lines.push(line);
      length += line.length + 1;
      // They are dropped seldom, because each time moves all that stay.
      if (length > 2 * most) drop();
    },
    text() {
      drop();
      return lines.join('\n').slice(-most);
    },
  };

  function drop(): void {
    let from = 0;
    for (; from < lines.length - 1 && length > most; from++)
      length -= (lines[from] ?? '').length + 1;
    lines = lines.slice(from);
  }
}
