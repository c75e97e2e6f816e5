/** Runs the work for all items in their order, `atOnce` at a time. */
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
