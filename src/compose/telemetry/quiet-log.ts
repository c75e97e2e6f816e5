/** A server that is away fails every retry with the same words, which are logged only now and then. */
import { createBoundedCache } from '../../core/bounds/bounded-cache.ts';

const AGAIN_MS = 60_000;
const MOST_REMEMBERED = 100;

/** Passes a message on unless the same one was passed on within the last minute. */
export function quietly(
  log: (message: string) => void,
  now: () => number = Date.now,
): (message: string) => void {
  const logged = createBoundedCache<string, number>(MOST_REMEMBERED);
  return message => {
    const last = logged.get(message);
    if (last !== undefined && now() - last < AGAIN_MS) return;
    logged.set(message, now());
    log(message);
  };
}
