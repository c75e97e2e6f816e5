/**
 * Converts events to and from rows. Fields without a column of their own are JSON text, so that they
 * are read back byte for byte.
 */
import type { StoredEvent } from '../../../core/event.ts';
import type { StreamRef } from '../../../core/stream.ts';
import { UnreadableEvent } from '../../../engine/ports/event-log.ts';
import type { Event } from '../generated/client.ts';

type Body = Pick<StoredEvent, 'data' | 'actor' | 'correlation' | 'settles'>;

const FIELDS = 4;

export const toBody = ({ data, actor, correlation, settles }: Body): string =>
  JSON.stringify({ data, actor, correlation, settles });

/** The event as it was appended; its hash covers every column that is read. */
export function toEvent(row: Event): StoredEvent {
  const stream = { kind: row.streamKind, id: row.streamId } as StreamRef;
  const { seq, at, type, v, prev, hash } = row;
  const body = bodyOf(row.body);
  if (!body) throw new UnreadableEvent(stream, seq);
  const { data, actor, correlation, settles } = body;
  return { stream, seq, at, type, v, data, actor, correlation, settles, prev, hash };
}

/**
 * Null where it is not letter for letter what we write. The hash is over what is read: of a key that stands
 * twice another reader may take the other value, and of a key that is not ours any.
 */
function bodyOf(text: string): Body | null {
  try {
    const body: Body = JSON.parse(text);
    const isWhole = Object.keys(body).length === FIELDS && typeof (body.data ?? 0) === 'object';
    return isWhole && toBody(body) === text ? body : null;
  } catch {
    return null;
  }
}
