/** What of an event has no column of its own, as JSON text, so that it comes back byte by byte. */
import type { StoredEvent } from '../../core/event.ts';
import type { StreamRef } from '../../core/stream.ts';
import type { Event } from './generated/client.ts';

export const bodyOf = ({ data, actor, correlation, settles }: StoredEvent): string =>
  JSON.stringify({ data, actor, correlation, settles });

/** The envelope as it was given; every column of it is covered by its hash. */
export function eventOf(row: Event): StoredEvent {
  const { data, actor, correlation, settles } = JSON.parse(row.body);
  const stream = { kind: row.streamKind, id: row.streamId } as StreamRef;
  const { seq, at, type, v, prev, hash } = row;
  return { stream, seq, at, type, v, data, actor, correlation, settles, prev, hash };
}
