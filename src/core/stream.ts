/** Streams: (kind, id), each an ordered, hash-chained list of events. */
import { z } from 'zod';

export const StreamKind = z.enum(['task', 'delivery']);
export type StreamKind = z.infer<typeof StreamKind>;

export const StreamRef = z.strictObject({ kind: StreamKind, id: z.string().min(1).max(120) });
export type StreamRef = z.infer<typeof StreamRef>;

export const streamName = (stream: StreamRef): string => `${stream.kind}/${stream.id}`;

/** The inverse of `streamName`; throws on anything else. */
export function parseStreamName(name: string): StreamRef {
  const slash = name.indexOf('/');
  return StreamRef.parse({ kind: name.slice(0, slash), id: name.slice(slash + 1) });
}
