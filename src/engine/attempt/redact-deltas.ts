/** A secret that a model streams in pieces, each in an object of its own: of each, the part that belongs to it. */
import { mendFolded } from './folded-lines.ts';
import { createTurns } from './turns.ts';

/** What the dialects of models and the protocols of agents call such a piece. */
const DELTA =
  /"(?:delta|text|content|partial_json|arguments|thinking|reasoning_content)": ?"((?:[^"\\]|\\.)+)"/g;
/** So many characters are read together, and more until a piece ends a word. */
const TOGETHER = 16 * 1024;
const MOST_TOGETHER = 64 * 1024;
const ENDS_A_WORD = /(?:\s|\\n)$/;

/** Of an answer, or of what an agent printed, without the secrets that stand in one piece. */
export async function redactDeltas(
  text: string,
  redact: (text: string) => string,
): Promise<string> {
  const turns = createTurns();
  const kept: string[] = [];
  let read = 0;
  let pieces: { start: number; piece: string }[] = [];
  let length = 0;
  const mend = () => {
    const mended = mendFolded(
      pieces.map(({ piece }) => piece),
      redact,
      '',
    );
    for (const [at, { start, piece }] of pieces.entries()) {
      const clean = mended?.lines[at] ?? piece;
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
    mend();
    if (turns.over()) await turns.next();
  }
  mend();
  return kept.length === 0 ? text : kept.join('') + text.slice(read);
}
