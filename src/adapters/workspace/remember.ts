/** Answers that never change: what git says of objects, which are named by their content. */

/** Asks once for each key; keeps the last `limit` answers. What fails is asked again. */
export function remember<T>(limit: number): (key: string, ask: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key, ask) => {
    const answer = known.get(key) ?? ask();
    // The one that was wanted last is forgotten last.
    known.delete(key);
    known.set(key, answer);
    answer.catch(() => known.delete(key));
    for (const oldest of known.keys()) {
      if (known.size <= limit) break;
      known.delete(oldest);
    }
    return answer;
  };
}
