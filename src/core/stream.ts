/** Streams: (kind, id), each an ordered, hash-chained list of events. */
import { z } from 'zod';

export const StreamKind = z.enum([
  'task',
  'delivery',
  'callers',
  'backlog',
  'access',
  'checkpoint',
]);
export type StreamKind = z.infer<typeof StreamKind>;

export const StreamRef = z.strictObject({ kind: StreamKind, id: z.string().min(1).max(120) });
export type StreamRef = z.infer<typeof StreamRef>;

type TaskStream = StreamRef & { kind: 'task' };
type DeliveryStream = StreamRef & { kind: 'delivery' };

type BacklogStream = StreamRef & { kind: 'backlog' };

type CallersStream = StreamRef & { kind: 'callers' };

type AccessStream = StreamRef & { kind: 'access' };

/** The stream of the task with this id. */
export const taskStream = (id: string): TaskStream => ({ kind: 'task', id });

/** The stream of the delivery with this GUID. */
export const deliveryStream = (guid: string): DeliveryStream => ({ kind: 'delivery', id: guid });

/** The stream of the backlog that is shown on this issue. */
export const backlogStream = (repositoryId: number, tracking: number): BacklogStream => ({
  kind: 'backlog',
  id: `${repositoryId}-${tracking}`,
});

/** The stream of those who were turned away in a repository within one day. */
export const callersStream = (repositoryId: number, at: Date): CallersStream => ({
  kind: 'callers',
  id: `${repositoryId}-${at.toISOString().slice(0, 10)}`,
});

/** The stream of a person's sessions, of those of the shells of this deployment, or of a machine token. */
export const accessStream = (
  of: { person: number } | { token: string } | 'operators',
): AccessStream => ({
  kind: 'access',
  id: of === 'operators' ? of : 'person' in of ? `person-${of.person}` : `token-${of.token}`,
});

/** The one stream of checkpoints over all others. */
export const CHECKPOINTS = { kind: 'checkpoint', id: 'log' } as const satisfies StreamRef;

export const streamName = (stream: StreamRef): string => `${stream.kind}/${stream.id}`;

/** Whoever writes to the database, or a later version, may have made streams of other kinds. */
export const isKnown = ({ kind }: StreamRef): boolean => StreamKind.safeParse(kind).success;

export const UNKNOWN_KIND = 'it is of a kind that this version of Gatehouse does not know';

/** The inverse of `streamName`; throws on anything else. */
export function parseStreamName(name: string): StreamRef {
  const slash = name.indexOf('/');
  return StreamRef.parse({ kind: name.slice(0, slash), id: name.slice(slash + 1) });
}
