/**
 * Converts events to and from rows. Fields without a column of their own are JSON text, so that they
 * are read back byte for byte.
 */
import type { StoredEvent } from '../../core/event.ts';
import type { StreamRef } from '../../core/stream.ts';
import type { Event } from './generated/client.ts';

export const toBody = ({ data, actor, correlation, settles }: StoredEvent): string =>
  JSON.stringify({ data, actor, correlation, settles });

/** The event as it was appended; its hash covers every column that is read. */
export function toEvent(row: Event): StoredEvent {
  const { data, actor, correlation, settles } = JSON.parse(row.body);
  const stream = { kind: row.streamKind, id: row.streamId } as StreamRef;
  const { seq, at, type, v, prev, hash } = row;
  return { stream, seq, at, type, v, data, actor, correlation, settles, prev, hash };
}
