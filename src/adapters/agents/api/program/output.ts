/** The beginning and the end of what a command prints: a model has no room for all of it. */

/** Characters. */
const HEAD = 8_000;
const TAIL = 24_000;
/** Both parts are cut between lines where they are shorter: of half a secret nobody knows that it is one. */
const LONGEST_LINE = 4096;

export function createOutput(): { add(text: string): void; text(): string } {
  let head = '';
  let tail = '';
  let dropped = 0;
  const cut = () => {
    if (tail.length <= TAIL) return;
    const part = tail.slice(-TAIL);
    const kept = part.slice(part.slice(0, LONGEST_LINE).indexOf('\n') + 1);
    dropped += tail.length - kept.length;
    tail = kept;
  };
  return {
    add(text) {
      const room = HEAD - head.length;
      head += text.slice(0, room);
      tail += text.slice(room);
      // It is cut seldom, because each cut copies the whole tail.
      if (tail.length > 4 * TAIL) cut();
    },
    text() {
      cut();
      if (dropped === 0) return head + tail;
      const end = Math.max(head.lastIndexOf('\n') + 1, head.length - LONGEST_LINE);
      const left = dropped + head.length - end;
      return `${head.slice(0, end).trimEnd()}\n… ${left} characters left out …\n${tail}`;
    },
  };
}

export function shortened(text: string): string {
  const output = createOutput();
  output.add(text);
  return output.text();
}
