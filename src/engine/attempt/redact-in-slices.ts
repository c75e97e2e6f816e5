/** Takes secrets out of a long text in time slices, so that the process is never busy with it for long. */
import { redactDeltas } from './redact-deltas.ts';
import { createTimeSlices } from './time-slices.ts';

/** Characters of a piece: less than a millisecond. */
const PIECE = 16 * 1024;

/**
 * Redacts lines, or JSON. A piece ends where no secret can go on: at the end of a line, or between two
 * objects of a list, because a string of JSON would escape the quotes there.
 */
export async function redactInSlices(
  text: string,
  redact: (text: string) => string,
): Promise<string> {
  const slices = createTimeSlices();
  const [line, object] = [ends(text, '\n'), ends(text, '"},{"')];
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const to = Math.min(line(from + PIECE), object(from + PIECE));
    pieces.push(redact(text.slice(from, to)));
    from = to;
    if (slices.over()) await slices.next();
  }
  return pieces.join('');
}

/** Redacts bytes, and secrets that are streamed in them in pieces. Without a secret, no byte changes. */
export async function redactBytes(
  content: Buffer,
  redact: (text: string) => string,
): Promise<{ content: Buffer; redacted: boolean }> {
  const plain = content.toString('utf8');
  const clean = await redactDeltas(await redactInSlices(plain, redact), redact);
  const redacted = clean !== plain;
  return { content: redacted ? Buffer.from(clean) : content, redacted };
}

/** Where the mark next ends, at or after `from`, which only grows: the text is searched once as a whole. */
function ends(text: string, mark: string): (from: number) => number {
  let found = -1;
  return from => {
    if (found < from) {
      const at = text.indexOf(mark, from);
      // Within the mark, where a string of JSON is over.
      found = at < 0 ? text.length : at + Math.min(mark.length, 2);
    }
    return found;
  };
}
