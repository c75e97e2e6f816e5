/** What a run is told of at its end: each is kept and told once, and no more of them than a run needs. */

/** Beside these the report says only that there are more. */
const MOST_LISTED = 100;
/** Names are told further, so that an agent can't hide one behind others that it makes up. */
const MOST_TOLD = 1_000;
/** Characters. */
const LONGEST_NAME = 200;

type Reported<T> = {
  add(name: string, of: T): void;
  listed(): [name: string, of: T][];
  /** Whether there are more than are listed. */
  hasMore(): boolean;
};

type Tell<T> = {
  /** Called with what is new: whoever repeats a request must not fill the log. */
  tell(name: string, of: T): void;
  /** Called once, where there are more names than are told. */
  tellMore(): void;
};

export function createReported<T>({ tell, tellMore }: Tell<T>): Reported<T> {
  const kept = new Map<string, T>();
  let isMoreTold = false;
  return {
    add(name, of) {
      const short = name.slice(0, LONGEST_NAME);
      const isNew = !kept.has(short);
      if (isNew && kept.size >= MOST_TOLD) {
        if (!isMoreTold) tellMore();
        isMoreTold = true;
        return;
      }
      kept.set(short, of);
      if (isNew) tell(short, of);
    },
    listed: () => [...kept].slice(0, MOST_LISTED),
    hasMore: () => kept.size > MOST_LISTED,
  };
}
