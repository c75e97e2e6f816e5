import { expect, it } from 'vitest';
import { journalWords } from '../../src/core/journal-words.ts';

const RED = '\u001b[31m';
const OFF = '\u001b[0m';

const line = (event: unknown): string =>
  JSON.stringify({
    v: 1,
    runId: 'author-1-1',
    seq: 1,
    ts: '2026-11-28T10:00:00.000Z',
    adapter: 'simulated',
    version: '1',
    sessionId: null,
    event,
    raw: null,
    hash: `sha256:${'0'.repeat(64)}`,
  });

const printed = (output: string): string =>
  line({ type: 'tool.finished', callId: '1', ok: false, exitCode: 1, output });

it.each([
  ['read', { filePath: 'src/a.ts' }, 'read: src/a.ts'],
  ['read', { filePath: 'src/a.ts', offset: 200 }, 'read: filePath src/a.ts, offset 200'],
  ['search', { pattern: 'TODO\u001b[2J\n', path: 'src' }, 'search: pattern TODO [2J, path src'],
  ['Read', { file_path: '/work/a.ts' }, 'Read: /work/a.ts'],
  ['notes__find', { query: { words: ['a', 'b'] } }, 'notes__find: {"words":["a","b"]}'],
  ['list', {}, 'list'],
  ['list', null, 'list'],
  ['odd', 'a text', 'odd: a text'],
  ['odd', [1, 2], 'odd: 0 1, 1 2'],
])('tells what a tool is about, where it runs no command: %s %j', (tool, input, words) => {
  const started = { type: 'tool.started', callId: '1', tool, kind: 'tool', input };
  expect(journalWords(line(started)).words).toEqual([words]);
});

it('cuts what a tool is called with, and names the paths alone of what it changes', () => {
  const input = { filePath: 'a.ts', content: 'x'.repeat(10_000) };
  const started = { type: 'tool.started', callId: '1', tool: 'write', kind: 'file_change', input };
  const [words = ''] = journalWords(line(started)).words;
  expect(words).toBe(`write: filePath a.ts, content ${'x'.repeat(119)}…`);
  expect(journalWords(line({ ...started, paths: ['a.ts'] })).words).toEqual(['write: a.ts']);
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`field${at}`, 'value']));
  const [shown = ''] = journalWords(line({ ...started, input: many })).words;
  expect(shown.length).toBeLessThan(520);
});

it('keeps colours apart, and of all else that steers a terminal nothing', () => {
  const text = `before\r${RED}3 failed${OFF}\u001b[2J\u001b]0;title\u0007 of 4\u0000`;
  expect(journalWords(printed(text))).toMatchObject({
    words: ['exit 1', '| 3 failed of 4'],
    coloured: ['exit 1', `| ${RED}3 failed${OFF} of 4 `],
  });
});

it('has no coloured words where nothing is coloured', () => {
  expect(journalWords(printed('plain \u001b[2K')).coloured).toBeNull();
});

it('bounds what is coloured: characters and sequences of each line', () => {
  const [, shown = ''] = journalWords(printed(`${RED}x`.repeat(100_000))).coloured ?? [];
  expect(shown.length).toBe(2 + 100 * RED.length + 500);
});
