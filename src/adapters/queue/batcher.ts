/** Sends items in batches: items that are added while one batch is sent go together in the next. */
import { setTimeout as sleep } from 'node:timers/promises';

export type BatchOptions = {
  /** The most items of a batch. */
  maxItems: number;
  /** Milliseconds between the end of a batch and the next, so that batches grow under load. */
  pauseMs: number;
};

type Waiting<T> = { items: T[]; resolve: () => void; reject: (error: unknown) => void };

/**
 * Returns a function that adds items; they are sent in order, one batch at a time. Where a batch
 * fails, all waiting items fail too, so that no caller waits a second time for a server that is down.
 */
export function createBatcher<T>(
  send: (items: T[]) => Promise<unknown>,
  { maxItems: most, pauseMs }: BatchOptions,
): (items: T[]) => Promise<void> {
  let waiting: Waiting<T>[] = [];
  let sending = false;

  function takeBatch(): Waiting<T>[] {
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
      const batch = takeBatch();
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
