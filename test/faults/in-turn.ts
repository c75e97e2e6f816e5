/** Works on all of them, `atOnce` at a time, in their order. */
export function inTurn<T, R>(
  all: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<R>,
): Promise<R>[] {
  const rest = all.map(one => ({ one, done: Promise.withResolvers<R>() }));
  const results = rest.map(({ done }) => done.promise);
  const serve = async () => {
    for (let next = rest.shift(); next; next = rest.shift())
      await work(next.one).then(next.done.resolve, next.done.reject);
  };
  for (let n = 0; n < atOnce; n += 1) void serve();
  return results;
}
