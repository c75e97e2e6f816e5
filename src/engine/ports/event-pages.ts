/** Parts of a stream's events, for those who look at it. */
import type { StoredEvent } from '../../core/event.ts';
import type { StreamRef } from '../../core/stream.ts';

export type EventPages = {
  /** Those with a higher number than `after`, in order; or those with a lower one than `before`, newest first. */
  page(
    stream: StreamRef,
    from: { after: number } | { before: number },
    limit: number,
  ): Promise<StoredEvent[]>;
  /** The first event of each of these tasks that there is. */
  firstOf(tasks: readonly string[]): Promise<StoredEvent[]>;
  /** All of these types, in order. */
  ofTypes(stream: StreamRef, types: readonly string[]): AsyncIterable<StoredEvent>;
};
