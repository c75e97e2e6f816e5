/** A task by its id, by its stream's name, or by how its id begins. */

import { plain } from '../core/text/plain-text.ts';
import { liveAuditSource } from '../engine/audit-source.ts';
import { findStream, isStreamName } from './find-stream.ts';
import type { OpenedLog } from './services.ts';

export const noTask = (name: string) =>
  new Error(`there is no task "${plain(name)}": \`gatehouse status --all\` lists them`);

export async function taskId(opened: OpenedLog, name: string): Promise<string> {
  if (await opened.tasks.find(name)) return name;
  if (!isStreamName(name)) throw noTask(name);
  return (await findStream(liveAuditSource(opened), name)).id;
}
