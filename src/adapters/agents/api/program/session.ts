/** The conversation as it is kept in the agent's home. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ModelMessage } from 'ai';

const FOLDER = join(homedir(), '.gatehouse-api');

type KeptSession = { id: string; messages: ModelMessage[]; save(): Promise<void> };

/** A new one, or the one with this id; `null`: there is none. */
export async function openKeptSession(wanted: string | null): Promise<KeptSession | null> {
  const id = wanted ?? randomUUID();
  if (!/^[\w-]{1,100}$/.test(id)) return null;
  const file = join(FOLDER, `${id}.json`);
  const text = wanted === null ? '[]' : await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const messages: ModelMessage[] = JSON.parse(text);
  await mkdir(FOLDER, { recursive: true });
  return {
    id,
    messages,
    // Whole or not at all: the process may be ended at any time.
    async save() {
      await writeFile(`${file}.part`, JSON.stringify(messages));
      await rename(`${file}.part`, file);
    },
  };
}

/**
 * Takes back the calls that a process left open when it was ended: no provider accepts a call without a
 * result. The model is told what came of its question, and calls again.
 */
export function dropOpenCalls(messages: ModelMessage[]): void {
  const answered = new Set(
    messages.flatMap(({ role, content }) =>
      role === 'tool' ? content.flatMap(part => ('toolCallId' in part ? part.toolCallId : [])) : [],
    ),
  );
  const at = messages.findLastIndex(({ role }) => role === 'assistant');
  const last = messages[at];
  if (last?.role !== 'assistant' || typeof last.content === 'string') return;
  const kept = last.content.filter(
    part => part.type !== 'tool-call' || answered.has(part.toolCallId),
  );
  if (kept.length === last.content.length) return;
  if (kept.some(({ type }) => type === 'tool-call')) last.content = kept;
  else messages.splice(at, 1);
}
