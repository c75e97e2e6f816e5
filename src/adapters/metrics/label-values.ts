/** Values of labels that somebody else chooses: so many different ones have a series of their own. */

/** Of names of models and such; what comes after them is counted together. */
const MOST = 50;
export const OTHER = 'other';

/** `known`: values that always have a series of their own. */
export function createLabelValues(known: Iterable<string> = []): (value: string) => string {
  const seen = new Set(known);
  const most = seen.size + MOST;
  return value => {
    if (!seen.has(value) && seen.size >= most) return OTHER;
    seen.add(value);
    return value;
  };
}
