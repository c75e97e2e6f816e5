/** A limit on how long a promise is waited for, shared by the engine and the adapters. */

/**
 * The promise's outcome, or after `ms` milliseconds what `late` gives or throws. The work itself
 * goes on: its caller ends it where that matters.
 */
export async function within<T, L>(ms: number, work: Promise<T>, late: () => L): Promise<T | L> {
  const { promise, resolve, reject } = Promise.withResolvers<L>();
  const timer = setTimeout(() => {
    try {
      resolve(late());
    } catch (error) {
      reject(error);
    }
  }, ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
