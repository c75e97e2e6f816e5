/** Secrets are taken out of a long text piece by piece: between two of them the process does what else there is to do. */
import { redactDeltas } from './redact-deltas.ts';
import { createTurns } from './turns.ts';

/** Characters of a piece: less than a millisecond. */
const PIECE = 16 * 1024;

/**
 * Of lines, or of JSON. A piece ends where no secret can go on: at the end of a line, or between two
 * objects of a list, whose quotes no string of JSON can hold as they are.
 */
export async function redactInTurns(
  text: string,
  redact: (text: string) => string,
): Promise<string> {
  const turns = createTurns();
  const [line, object] = [ends(text, '\n'), ends(text, '"},{"')];
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const to = Math.min(line(from + PIECE), object(from + PIECE));
    pieces.push(redact(text.slice(from, to)));
    from = to;
    if (turns.over()) await turns.next();
  }
  return pieces.join('');
}

/** The same of bytes, and of what is streamed in them piece by piece: those without a secret stay to the byte, whatever they are. */
export async function redactBytes(
  content: Buffer,
  redact: (text: string) => string,
): Promise<{ content: Buffer; redacted: boolean }> {
  const plain = content.toString('utf8');
  const clean = await redactDeltas(await redactInTurns(plain, redact), redact);
  const redacted = clean !== plain;
  return { content: redacted ? Buffer.from(clean) : content, redacted };
}

/** Where the mark next ends, from a place on that only grows; the whole text is looked through once. */
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
