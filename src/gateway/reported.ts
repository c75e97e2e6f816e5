/** What a run is told of at its end: each is kept and told once, and no more of them than a run needs. */

const MOST = 100;
/** Characters. */
const LONGEST_NAME = 200;

type Reported<T> = {
  add(name: string, of: T): void;
  all(): [name: string, of: T][];
};

/** `tell` is called with what is new: whoever repeats a request must not fill the log. */
export function createReported<T>(tell: (name: string, of: T) => void): Reported<T> {
  const kept = new Map<string, T>();
  return {
    add(name, of) {
      const short = name.slice(0, LONGEST_NAME);
      const isNew = !kept.has(short);
      if (isNew && kept.size >= MOST) return;
      kept.set(short, of);
      if (isNew) tell(short, of);
    },
    all: () => [...kept],
  };
}
