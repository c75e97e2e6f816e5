/**
 * Group commit: rows that arrive during a flush are written together by the next one. So batches
 * grow under load, and a single row waits for no more than one iteration of the event loop.
 */
import { setImmediate as nextIteration } from 'node:timers/promises';

type GroupCommit<Row, Result> = {
  /** Rejects after `deadlineMs`; the row may still be written, so the caller must be able to retry. */
  add(row: Row): Promise<Result>;
};

export function createGroupCommit<Row, Result>(options: {
  /** Writes the rows and returns one result for each, in order. */
  flush: (rows: Row[]) => Promise<Result[]>;
  bytesOf: (row: Row) => number;
  /** A key that no two rows of one batch may share. */
  exclusiveKey?: (row: Row) => string;
  maxRows: number;
  maxBytes: number;
  inFlight: number;
  deadlineMs: number;
}): GroupCommit<Row, Result> {
  type Waiting = { row: Row; resolve: (result: Result) => void; reject: (error: unknown) => void };
  const waiting = new Set<Waiting>();
  /** How many flush loops exist, and how many of them are writing. */
  let loops = 0;
  let writing = 0;

  /**
   * The rows of the next batch: an even share of those waiting where other loops are idle, so that
   * the database writes one batch while the next is prepared.
   */
  function takeBatch(): Waiting[] {
    const share = Math.ceil(waiting.size / (options.inFlight - writing));
    const most = Math.min(share, options.maxRows);
    const batch: Waiting[] = [];
    const keys = new Set<string>();
    let bytes = 0;
    for (const entry of waiting) {
      const key = options.exclusiveKey?.(entry.row);
      if (key !== undefined && keys.has(key)) continue;
      if (key !== undefined) keys.add(key);
      bytes += options.bytesOf(entry.row);
      if (batch.length > 0 && (batch.length === most || bytes > options.maxBytes)) break;
      waiting.delete(entry);
      batch.push(entry);
    }
    return batch;
  }

  async function flushLoop(): Promise<void> {
    loops += 1;
    for (;;) {
      // Callers whose rows were just written may add their next rows; those go together.
      await nextIteration();
      if (waiting.size === 0) break;
      const batch = takeBatch();
      writing += 1;
      try {
        const results = await options.flush(batch.map(({ row }) => row));
        for (const [index, entry] of batch.entries()) entry.resolve(results[index] as Result);
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
      writing -= 1;
    }
    loops -= 1;
  }

  return {
    add: row =>
      new Promise<Result>((resolve, reject) => {
        const entry = { row, resolve, reject };
        const deadline = setTimeout(() => {
          waiting.delete(entry);
          reject(new Error(`not stored within ${options.deadlineMs} ms`));
        }, options.deadlineMs);
        entry.resolve = result => {
          clearTimeout(deadline);
          resolve(result);
        };
        entry.reject = error => {
          clearTimeout(deadline);
          reject(error);
        };
        waiting.add(entry);
        if (loops < options.inFlight) void flushLoop();
      }),
  };
}
