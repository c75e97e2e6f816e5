/** Takes secrets out of a long text in time slices, so that the process is never busy with it for long. */
import { redactDeltas } from './redact-deltas.ts';
import { createTimeSlices } from './time-slices.ts';

/** Characters of a piece: less than a millisecond. Where it can't end, it goes on for so many more. */
const PIECE = 16 * 1024;
const MOST_MORE = 256 * 1024;
/** The end of a line after which no word, no key and no list of numbers goes on. */
const ENDS = /(?:[ -*.:;<>?@[\]^`{|}~]|[^\da-f"'],)\r?\n$/i;

/**
 * Redacts lines, or JSON. A piece ends where no secret can go on: at the end of a line after which none
 * is folded, or between two objects of a list, because a string of JSON would escape the quotes there.
 */
export async function redactInSlices(
  text: string,
  redact: (text: string) => string,
): Promise<string> {
  const slices = createTimeSlices();
  const [line, object] = [lineEnds(text), objectEnds(text)];
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

/** Where a line next ends, at or after `from`, which only grows: the text is searched once as a whole. */
function lineEnds(text: string): (from: number) => number {
  let found = -1;
  return from => {
    if (found >= from) return found;
    let at = from;
    do at = text.indexOf('\n', at) + 1 || text.length;
    while (at < text.length && at - from < MOST_MORE && !ENDS.test(text.slice(at - 4, at)));
    found = at;
    return found;
  };
}

/** The same of an object, within the mark, where a string of JSON is over. */
function objectEnds(text: string): (from: number) => number {
  let found = -1;
  return from => {
    if (found >= from) return found;
    const at = text.indexOf('"},{"', from);
    found = at < 0 ? text.length : at + 2;
    return found;
  };
}
