/** Adds that meet go together: while one batch is on its way, the next gathers. */
import { setTimeout as sleep } from 'node:timers/promises';

export type Batches = {
  /** Items in one. */
  most: number;
  /** Milliseconds from the end of one batch to the next, so that more gathers under load. */
  pauseMs: number;
};

type Waiting<T> = { items: T[]; resolve: () => void; reject: (error: unknown) => void };

/**
 * Returns an `add` that sends what has gathered, in order, one batch at a time. Where a batch
 * fails, so does everything that waits behind it: the server is away, and nobody waits for it twice.
 */
export function gather<T>(
  send: (items: T[]) => Promise<unknown>,
  { most, pauseMs }: Batches,
): (items: T[]) => Promise<void> {
  let waiting: Waiting<T>[] = [];
  let sending = false;

  function take(): Waiting<T>[] {
    let [count, size] = [0, 0];
    while (count < waiting.length && (count === 0 || size < most)) {
      size += waiting[count]?.items.length ?? 0;
      count += 1;
    }
    return waiting.splice(0, count);
  }

  async function sendAll(): Promise<void> {
    sending = true;
    while (waiting.length > 0) {
      const batch = take();
      try {
        await send(batch.flatMap(({ items }) => items));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        const failed = [...batch, ...waiting];
        waiting = [];
        for (const { reject } of failed) reject(error);
      }
      if (pauseMs > 0) await sleep(pauseMs);
    }
    sending = false;
  }

  return items =>
    new Promise((resolve, reject) => {
      waiting.push({ items, resolve, reject });
      if (!sending) void sendAll();
    });
}
