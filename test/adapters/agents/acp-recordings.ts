/**
 * The recorded conversations of the real CLIs over ACP, as a process of ours would print them. What the
 * CLIs print one-shot (`gemini --output-format stream-json`, `opencode run --format json` and
 * `kilo run --format json`) is of three other forms, which no adapter asks for or reads: see ADR 264.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SANDBOX_WORK } from '../../../src/engine/ports/sandbox.ts';
import type { Recording } from '../../contract/agent-adapter.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/acp');

type Message = Record<string, unknown> & { id?: number; method?: string; result?: unknown };
type Said = { dir: 'stdin' | 'stdout'; line: Message };

/** What a CLI says before it is asked for a session. */
export const OPENING = `${JSON.stringify({ jsonrpc: '2.0', id: 0, result: { protocolVersion: 1 } })}\n`;

/** Of one CLI: `edit-approved` and so on. */
export function recordingsOf(cli: string): Recording[] {
  const ends = JSON.parse(readFileSync(join(FIXTURES, 'ends.json'), 'utf8'));
  return readdirSync(FIXTURES)
    .filter(file => file.startsWith(`${cli}-`))
    .map(file => {
      const name = file.replace('.jsonl', '');
      const said = readFileSync(join(FIXTURES, file), 'utf8').trim().split('\n');
      const stdout = said
        .map(text => JSON.parse(text) as Said)
        .flatMap(({ dir, line }) => (dir === 'stdout' ? [JSON.stringify(answering(line))] : []))
        .join('\n')
        .replaceAll(/\/mnt\/repo\/[\w-]+/g, SANDBOX_WORK);
      return { name: name.slice(cli.length + 1), stdout, stderr: '', end: ends[name] };
    });
}

/** The recorder numbered what it asked from 1; the library counts from 0. */
const answering = (line: Message): Message =>
  line.method === undefined && line.id !== undefined ? { ...line, id: line.id - 1 } : line;

/** What the recorder said: its own numbers, and the options that it chose. */
export const chosenIn = (written: string[]): string[] =>
  written.flatMap(text => /"optionId":"([^"]*)"/.exec(text)?.[1] ?? []);

/** The recording with another last answer, as the model may give it in any number of pieces. */
export function answeringWith(recording: Recording, text: string): Recording {
  const lines = recording.stdout.split('\n');
  const update = { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } };
  const said = { jsonrpc: '2.0', method: 'session/update', params: { sessionId: 's', update } };
  const before = lines.filter(line => !line.includes('"done')).slice(0, -1);
  const stdout = [...before, JSON.stringify(said), lines.at(-1)].join('\n');
  return { ...recording, name: 'an answer in JSON', stdout };
}
