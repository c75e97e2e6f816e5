/** The stream that a person means: by its name, by its id alone, or by the beginning of a task's id. */

import { StreamKind, type StreamRef, streamName } from '../core/stream.ts';
import { plain } from '../core/text/plain-text.ts';
import type { AuditSource } from '../engine/audit-source.ts';

/** `task/42-1-0a1b2c3d`, `delivery/<GUID>`, or either without what is before the slash. */
const NAME = new RegExp(
  `^(?:(${StreamKind.options.join('|')})/(.{1,120})|([0-9a-f][0-9a-f-]{0,119}))$`,
);

/** Whether a stream could be called so. */
export const isStreamName = (name: string): boolean => NAME.test(name);

/** Throws where no stream could be called so, before anything is opened. */
export function checkStreamName(name: string): void {
  if (!isStreamName(name))
    throw new Error(`"${plain(name)}" is no stream: they are called like task/42-1-0a1b2c3d`);
}

const MOST_NAMED = 5;

/** Throws where there is none, or where several begin like this. */
export async function findStream(
  audit: Pick<AuditSource, 'streams'>,
  name: string,
): Promise<StreamRef> {
  const [, kind, named, bare] = NAME.exec(name) ?? [];
  const id = named ?? bare ?? name;
  const begun: StreamRef[] = [];
  for await (const stream of audit.streams()) {
    if (kind !== undefined && stream.kind !== kind) continue;
    if (stream.id === id) return stream;
    if (stream.kind === 'task' && stream.id.startsWith(id)) begun.push(stream);
  }
  const [only, ...more] = begun;
  if (only && more.length === 0) return only;
  if (!only) throw new Error(`there is no stream ${plain(name)}`);
  const some = begun.slice(0, MOST_NAMED).map(streamName).join(', ');
  throw new Error(`several tasks begin with ${plain(name)}: ${some}`);
}
