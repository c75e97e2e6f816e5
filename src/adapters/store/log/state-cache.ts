/**
 * The cache of folded states, which also decides when a state is stored again. A short state is
 * stored with every append. A long one is stored again only once the events appended since are as
 * many bytes as the state, so that an append costs the same however long the stream is; a load folds
 * those events onto it. The cache keeps the states of this process's last appends, which are
 * read from the database only where another process has appended since.
 */
import { createBoundedCache } from '../../../core/bounds/bounded-cache.ts';
import { type StreamRef, streamName } from '../../../core/stream.ts';

/** A state with less JSON than this is always stored. */
const LONG_STATE_BYTES = 1024;
/** A long state is stored again once the events since are this many times its bytes. */
const REWRITE_RATIO = 1;
/** How many states are kept in memory. */
const CACHED_STATES = 200;

/** The stream's last event, the bytes of its stored state, and of the events that the state lacks. */
export type StoredState = { hash: string; bytes: number; behind: number };

/** The state after an append, and the task's row as JSON. */
export type LatestState = { folded: unknown; task: string };

export type StateCache = {
  /** The state after this process's last append, and the hash of the event that it includes last. */
  latest(stream: StreamRef): ({ hash: string } & LatestState) | null;
  /** Records what a load found in the stream's row. */
  loaded(stream: StreamRef, stored: StoredState): void;
  /** The JSON to store with `bytes` of events after the event `prev`; `null` stores no state. */
  toWrite(
    stream: StreamRef,
    prev: string,
    folded: unknown,
    bytes: number,
  ): { json: string | null; bytes: number; behind: number };
  /** Records an append of this process. */
  appended(stream: StreamRef, latest: LatestState, stored: StoredState): void;
  forget(stream: StreamRef): void;
};

export function createStateCache(): StateCache {
  const known = createBoundedCache<string, StoredState & { left: LatestState | null }>(
    CACHED_STATES,
  );
  const keep = (stream: StreamRef, written: StoredState, left: LatestState | null) =>
    known.set(streamName(stream), { ...written, left });
  return {
    latest(stream) {
      const one = known.get(streamName(stream));
      return one?.left ? { hash: one.hash, ...one.left } : null;
    },
    loaded(stream, written) {
      const one = known.get(streamName(stream));
      if (one?.hash !== written.hash) keep(stream, written, null);
    },
    toWrite(stream, prev, folded, bytes) {
      const one = known.get(streamName(stream));
      const behind = (one?.behind ?? 0) + bytes;
      if (one?.hash === prev && one.bytes >= LONG_STATE_BYTES && behind < one.bytes * REWRITE_RATIO)
        return { json: null, bytes: one.bytes, behind };
      const json = JSON.stringify(folded);
      return { json, bytes: json.length, behind: 0 };
    },
    appended: (stream, left, written) => keep(stream, written, left),
    forget: stream => known.delete(streamName(stream)),
  };
}
