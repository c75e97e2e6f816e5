/**
 * Folded states beside the log. Short ones are written with every append. A long one is written again
 * only once its events since amount to a part of it, so that appending costs the same however long a
 * stream grows; whoever loads it folds those events onto it. This process keeps the states that it
 * appended last, and reads them from the database only where somebody else appended since.
 */
import { createBoundedCache } from '../../core/bounded-cache.ts';
import { type StreamRef, streamName } from '../../core/stream.ts';

/** Bytes of JSON: below, a state is always written. */
const LONG = 1024;
/** Of a long state's bytes: that many of events wait until it is written again. */
const PART = 1;
/** States kept in memory. */
const KEPT = 200;

/** What is known of the state in a stream's row: after which event, its bytes, those of the events since. */
export type Written = { hash: string; bytes: number; behind: number };

/** What an append left: the state, and the task's row as JSON. */
export type Left = { folded: unknown; task: string };

export type States = {
  /** What this process appended last, and the event it stands after. */
  latest(stream: StreamRef): ({ hash: string } & Left) | null;
  /** What a load found in the row. */
  found(stream: StreamRef, written: Written): void;
  /** The JSON to write with events of `bytes` after the event `prev`; `null`: leave what is there. */
  toWrite(
    stream: StreamRef,
    prev: string,
    folded: unknown,
    bytes: number,
  ): { json: string | null; bytes: number; behind: number };
  appended(stream: StreamRef, left: Left, written: Written): void;
  forget(stream: StreamRef): void;
};

export function createStates(): States {
  const known = createBoundedCache<string, Written & { left: Left | null }>(KEPT);
  const keep = (stream: StreamRef, written: Written, left: Left | null) =>
    known.set(streamName(stream), { ...written, left });
  return {
    latest(stream) {
      const one = known.get(streamName(stream));
      return one?.left ? { hash: one.hash, ...one.left } : null;
    },
    found(stream, written) {
      const one = known.get(streamName(stream));
      if (one?.hash !== written.hash) keep(stream, written, null);
    },
    toWrite(stream, prev, folded, bytes) {
      const one = known.get(streamName(stream));
      const behind = (one?.behind ?? 0) + bytes;
      if (one?.hash === prev && one.bytes >= LONG && behind < one.bytes * PART)
        return { json: null, bytes: one.bytes, behind };
      const json = JSON.stringify(folded);
      return { json, bytes: json.length, behind: 0 };
    },
    appended: (stream, left, written) => keep(stream, written, left),
    forget: stream => known.delete(streamName(stream)),
  };
}
