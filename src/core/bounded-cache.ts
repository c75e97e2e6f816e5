/** Caches that forget what was used longest ago, so that none of them grows for ever. */

export type BoundedCache<K, V> = {
  /** The value, which counts as used now; `undefined` where there is none. */
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
};

/** `most`: the number of entries that are kept. */
export function createBoundedCache<K, V>(most: number): BoundedCache<K, V> {
  // A map lists its entries in the order in which they were set: the first was used longest ago.
  const entries = new Map<K, V>();
  const set = (key: K, value: V): void => {
    entries.delete(key);
    entries.set(key, value);
    for (const oldest of entries.keys()) {
      if (entries.size <= most) break;
      entries.delete(oldest);
    }
  };
  return {
    get(key) {
      const value = entries.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    delete: key => void entries.delete(key),
  };
}

/** Gives the answer that is known for the key, or asks for it. A failure is not kept. */
export type AnswerCache<K, T> = {
  get(key: K, ask: () => Promise<T>): Promise<T>;
  forget(key: K): void;
};

/** `expiry`: how long an answer is believed, in milliseconds; without it, for as long as it is kept. */
export function createAnswerCache<K, T>(
  most: number,
  expiry?: { ms: number; now: () => number },
): AnswerCache<K, T> {
  type Entry = { answer: Promise<T>; until: number };
  const cache = createBoundedCache<K, Entry>(most);
  const now = expiry?.now ?? (() => 0);
  return {
    get(key, ask) {
      const known = cache.get(key);
      if (known && now() < known.until) return known.answer;
      const until = expiry ? now() + expiry.ms : Number.POSITIVE_INFINITY;
      const entry = { answer: ask(), until };
      cache.set(key, entry);
      entry.answer.catch(() => {
        // A later question may have taken its place.
        if (cache.get(key) === entry) cache.delete(key);
      });
      return entry.answer;
    },
    forget: key => cache.delete(key),
  };
}
