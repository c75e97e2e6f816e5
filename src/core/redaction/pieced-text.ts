/** A text that is put together from pieces of another one. What is found in it stands where these were. */
import { createIntegers } from './integers.ts';
import { lastUpTo } from './last-up-to.ts';
import type { SeenText } from './seen-text.ts';

type PiecedText = {
  /** Adds what stands from one place to another. */
  add(from: number, to: number): void;
  /** Adds what stands nowhere. */
  put(text: string): void;
  /** A fold is taken out so many characters after what was added last. */
  fold(after: number): void;
  length(): number;
  done(): SeenText;
};

export function piecedFrom(of: Pick<SeenText, 'text' | 'placeOf'>): PiecedText {
  const pieces: string[] = [];
  const parts = { begins: createIntegers(), origins: createIntegers() };
  const foldedAt = createIntegers();
  let length = 0;
  const push = (piece: string) => {
    pieces.push(piece);
    length += piece.length;
  };
  return {
    add(from, to) {
      if (from >= to) return;
      parts.begins.push(length);
      parts.origins.push(from);
      push(of.text.slice(from, to));
    },
    put: push,
    fold(after) {
      if (foldedAt.last() !== length + after) foldedAt.push(length + after);
    },
    length: () => length,
    done() {
      const text = pieces.join('');
      const [begins, origins] = [parts.begins.all(), parts.origins.all()];
      const folds = foldedAt.all();
      const placeOf = (at: number) => {
        const index = lastUpTo(at, begins);
        return (origins[index] ?? 0) + at - (begins[index] ?? 0);
      };
      return {
        text,
        placeOf: (start, end) => of.placeOf(placeOf(start), placeOf(end - 1) + 1),
        isCut: at => folds[lastUpTo(at, folds)] === at,
        folds,
        nextFold: from => folds[lastUpTo(from - 1, folds) + 1] ?? text.length,
      };
    },
  };
}
