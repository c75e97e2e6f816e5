/**
 * Many rows, one commit: what comes in while a flush is under way goes with the next one. Under load
 * batches grow by themselves; a lone row waits for a turn of the event loop, and for nobody.
 */
import { setImmediate as turn } from 'node:timers/promises';

export type GroupCommit<Row, Result> = {
  /** Rejects after `deadlineMs`, though the row may still be written: the caller must be able to ask again. */
  add(row: Row): Promise<Result>;
};

export function createGroupCommit<Row, Result>(options: {
  /** One result a row, in order. */
  flush: (rows: Row[]) => Promise<Result[]>;
  bytesOf: (row: Row) => number;
  /** No two rows of one batch have the same. */
  apart?: (row: Row) => string;
  maxRows: number;
  maxBytes: number;
  inFlight: number;
  deadlineMs: number;
}): GroupCommit<Row, Result> {
  type Waiting = { row: Row; resolve: (result: Result) => void; reject: (error: unknown) => void };
  const waiting = new Set<Waiting>();
  /** Loops that flush; and how many of them are at it. */
  let flushes = 0;
  let busy = 0;

  /** An even share where others could flush as well: the database works on one while we prepare the next. */
  function take(): Waiting[] {
    const share = Math.ceil(waiting.size / (options.inFlight - busy));
    const most = Math.min(share, options.maxRows);
    const batch: Waiting[] = [];
    const names = new Set<string>();
    let bytes = 0;
    for (const one of waiting) {
      const name = options.apart?.(one.row);
      if (name !== undefined && names.has(name)) continue;
      if (name !== undefined) names.add(name);
      bytes += options.bytesOf(one.row);
      if (batch.length > 0 && (batch.length === most || bytes > options.maxBytes)) break;
      waiting.delete(one);
      batch.push(one);
    }
    return batch;
  }

  async function flush(): Promise<void> {
    flushes += 1;
    for (;;) {
      // Whoever was just answered may have the next row: those go together.
      await turn();
      if (waiting.size === 0) break;
      const batch = take();
      busy += 1;
      try {
        const results = await options.flush(batch.map(({ row }) => row));
        for (const [index, one] of batch.entries()) one.resolve(results[index] as Result);
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
      busy -= 1;
    }
    flushes -= 1;
  }

  return {
    add: row =>
      new Promise<Result>((resolve, reject) => {
        const one = { row, resolve, reject };
        const late = setTimeout(() => {
          waiting.delete(one);
          reject(new Error(`not stored within ${options.deadlineMs} ms`));
        }, options.deadlineMs);
        one.resolve = result => {
          clearTimeout(late);
          resolve(result);
        };
        one.reject = error => {
          clearTimeout(late);
          reject(error);
        };
        waiting.add(one);
        if (flushes < options.inFlight) void flush();
      }),
  };
}
