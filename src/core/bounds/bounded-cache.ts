/** Caches that forget what was used longest ago, so that none of them grows for ever. */

export type BoundedCache<K, V> = {
  /** The value, which counts as used now; `undefined` where there is none. */
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
};

/** How heavy values are, such as by their bytes, and how heavy all that are kept may be together. */
type Weight<V> = { of: (value: V) => number; most: number };

/** `most`: the number of entries that are kept. */
export function createBoundedCache<K, V>(most: number, weight?: Weight<V>): BoundedCache<K, V> {
  // A map lists its entries in the order in which they were set: the first was used longest ago.
  const entries = new Map<K, V>();
  const weights = new Map<K, number>();
  let weighs = 0;
  const forget = (key: K): void => {
    entries.delete(key);
    weighs -= weights.get(key) ?? 0;
    weights.delete(key);
  };
  const set = (key: K, value: V): void => {
    forget(key);
    const weighed = weight?.of(value) ?? 0;
    if (weight && weighed > weight.most) return;
    entries.set(key, value);
    weights.set(key, weighed);
    weighs += weighed;
    for (const oldest of entries.keys()) {
      if (entries.size <= most && (!weight || weighs <= weight.most)) break;
      forget(oldest);
    }
  };
  return {
    get(key) {
      const value = entries.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    delete: forget,
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
  weight?: Weight<T>,
): AnswerCache<K, T> {
  type Entry = { answer: Promise<T>; until: number; weighs: number };
  const cache = createBoundedCache<K, Entry>(
    most,
    weight && { of: ({ weighs }) => weighs, most: weight.most },
  );
  const now = expiry?.now ?? (() => 0);
  return {
    get(key, ask) {
      const known = cache.get(key);
      if (known && now() < known.until) return known.answer;
      const until = expiry ? now() + expiry.ms : Number.POSITIVE_INFINITY;
      const entry = { answer: ask(), until, weighs: 0 };
      cache.set(key, entry);
      // A later question may have taken its place.
      const isKept = () => cache.get(key) === entry;
      entry.answer.then(
        answer => {
          entry.weighs = weight?.of(answer) ?? 0;
          if (weight && isKept()) cache.set(key, entry);
        },
        () => {
          if (isKept()) cache.delete(key);
        },
      );
      return entry.answer;
    },
    forget: key => cache.delete(key),
  };
}
