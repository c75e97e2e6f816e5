/** How work with a remote ends where nobody wants it any more. */

/** Whoever began it has ended it; others may have waited for the same. */
export class Aborted extends Error {
  override readonly name = 'Aborted';
  constructor(options?: ErrorOptions) {
    super('This was ended before it was done.', options);
  }
}

/** What becomes of the promise, unless the signal is aborted first. */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (!signal) return promise;
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(new Aborted({ cause: signal.reason }));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  return Promise.race([promise, aborted.promise]).finally(() =>
    signal.removeEventListener('abort', abort),
  );
}
