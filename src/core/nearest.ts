/** Finds the known word that a misspelt or shortened one was probably meant to be. */

/** The nearest of `words`; null where none is near enough to have been meant. */
export function nearest<W extends string>(word: string, words: readonly W[]): W | null {
  const typed = word.toLowerCase();
  const ranked = words
    .flatMap(known => {
      const most = slips(Math.max(typed.length, known.length));
      if (Math.abs(typed.length - known.length) > most) return [];
      const wrong = distance(typed, known.toLowerCase());
      return wrong <= most ? { known, wrong } : [];
    })
    .sort((a, b) => a.wrong - b.wrong);
  return ranked[0]?.known ?? completed(typed, words);
}

/** Letters that may be wrong in a word: one of three. Words of two letters are all near to each other. */
const slips = (length: number): number => Math.floor(length / 3);

/** The only known word that begins so. */
function completed<W extends string>(typed: string, words: readonly W[]): W | null {
  if (typed.length < 3) return null;
  const [only, ...more] = words.filter(known => known.toLowerCase().startsWith(typed));
  return only !== undefined && more.length === 0 ? only : null;
}

/** ` (did you mean "trust"?)`, or nothing where no word is near. */
export function didYouMean(word: string, words: readonly string[]): string {
  const meant = nearest(word, words);
  return meant === null ? '' : ` (did you mean "${meant}"?)`;
}

/** The fewest letters to add, leave out, replace, or swap with the next one. */
export function distance(a: string, b: string): number {
  const [from, to] = [[...a], [...b]];
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of from.entries()) {
    const next = [index + 1];
    for (const [column, other] of to.entries()) {
      const change = (row[column] ?? 0) + (letter === other ? 0 : 1);
      const isSwapped =
        column > 0 && letter === to[column - 1] && other === from[index - 1] && letter !== other;
      const swap = isSwapped ? (before[column - 1] ?? 0) + 1 : change;
      next.push(Math.min(change, swap, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[to.length] ?? to.length;
}
