/** The beginning and the end of a long output; the whole of it is kept as an artifact. */
import { firstPart } from '../../core/text/first-part.ts';
import { lastPart } from '../../core/text/last-part.ts';

const HEAD = 16 * 1024;
const TAIL = 48 * 1024;

export function createExcerpt(): { add(line: string): void; text(): string } {
  let head = '';
  let tail = '';
  let dropped = 0;
  return {
    add(line) {
      const room = HEAD - head.length;
      head += `${line}\n`.slice(0, Math.max(0, room));
      tail += `${line}\n`.slice(Math.max(0, room));
      // It is cut seldom, because each cut copies the whole tail.
      if (tail.length > 2 * TAIL) cut();
    },
    text() {
      if (tail.length > TAIL) cut();
      return dropped === 0
        ? head + tail
        : `${firstPart(head, HEAD - 1)}\n… ${dropped} characters …\n${tail}`;
    },
  };

  function cut(): void {
    const kept = lastPart(tail, TAIL);
    dropped += tail.length - kept.length;
    tail = kept;
  }
}
