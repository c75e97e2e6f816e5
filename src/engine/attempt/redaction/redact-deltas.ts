/** Redacts a secret that a model streams in pieces, each in a JSON object of its own. */
import { redactSplit } from './split-secrets.ts';
import { createTimeSlices } from './time-slices.ts';

/** The fields that hold such a piece in the dialects of models and the protocols of agents. */
const DELTA =
  /"(?:delta|text|content|partial_json|arguments|thinking|reasoning_content)": ?"((?:[^"\\]|\\.)+)"/g;
/** Characters that are read together; more are read until a piece ends with a whole word. */
const TOGETHER = 16 * 1024;
const MOST_TOGETHER = 64 * 1024;
const ENDS_A_WORD = /(?:\s|\\n)$/;

/** `text`: a model's answer or an agent's output, in which secrets within one piece are redacted already. */
export async function redactDeltas(
  text: string,
  redact: (text: string) => string,
): Promise<string> {
  const slices = createTimeSlices();
  const kept: string[] = [];
  let read = 0;
  let pieces: { start: number; piece: string }[] = [];
  let length = 0;
  const redactPieces = () => {
    const redacted = redactSplit(
      pieces.map(({ piece }) => piece),
      redact,
      '',
    );
    for (const [at, { start, piece }] of pieces.entries()) {
      const clean = redacted?.lines[at] ?? piece;
      if (clean === piece) continue;
      kept.push(text.slice(read, start), clean);
      read = start + piece.length;
    }
    pieces = [];
    length = 0;
  };
  for (const { index, 0: whole, 1: piece = '' } of text.matchAll(DELTA)) {
    pieces.push({ start: index + whole.length - piece.length - 1, piece });
    length += piece.length;
    if (length < TOGETHER || (length < MOST_TOGETHER && !ENDS_A_WORD.test(piece.slice(-2))))
      continue;
    redactPieces();
    if (slices.over()) await slices.next();
  }
  redactPieces();
  return kept.length === 0 ? text : kept.join('') + text.slice(read);
}
