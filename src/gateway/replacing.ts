/** Replaces a text in a stream of bytes. */
import { Transform } from 'node:stream';

/**
 * Also where two chunks share it: what may be its beginning waits for the next chunk, and nothing else
 * does, because a reader may act on each chunk before there is another one.
 */
export function replacing(from: string, to: string): Transform {
  // One character stands for one byte.
  const sought = Buffer.from(from).toString('latin1');
  const instead = Buffer.from(to).toString('latin1');
  let rest = '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const text = (rest + chunk.toString('latin1')).replaceAll(sought, () => instead);
      const end = text.length - beginningAtEnd(text, sought);
      rest = text.slice(end);
      done(null, Buffer.from(text.slice(0, end), 'latin1'));
    },
    flush(done) {
      done(null, Buffer.from(rest, 'latin1'));
    },
  });
}

/** How many characters at the end of the text may be the beginning of what is sought. */
function beginningAtEnd(text: string, sought: string): number {
  for (let length = Math.min(sought.length - 1, text.length); length > 0; length -= 1)
    if (text.endsWith(sought.slice(0, length))) return length;
  return 0;
}
