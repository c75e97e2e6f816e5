/** Finds the known word that a misspelt one was probably meant to be. */

/** The nearest of `words`; null where none is within half of its length. */
export function nearest<W extends string>(word: string, words: readonly W[]): W | null {
  const typed = word.toLowerCase().slice(0, 40);
  const ranked = words
    .map(known => ({ known, distance: distance(typed, known.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.ceil(best.known.length / 2) ? best.known : null;
}

/** ` (did you mean "trust"?)`, or nothing where no word is near. */
export function didYouMean(word: string, words: readonly string[]): string {
  const meant = nearest(word, words);
  return meant === null ? '' : ` (did you mean "${meant}"?)`;
}

/** Levenshtein's edit distance. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...b].entries()) {
      const change = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? b.length;
}
