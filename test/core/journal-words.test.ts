import { expect, it } from 'vitest';
import { journalWords } from '../../src/core/journal-words.ts';

const RED = '\u001b[31m';
const OFF = '\u001b[0m';

const printed = (output: string): string =>
  JSON.stringify({
    v: 1,
    runId: 'author-1-1',
    seq: 1,
    ts: '2026-11-28T10:00:00.000Z',
    adapter: 'simulated',
    version: '1',
    sessionId: null,
    event: { type: 'tool.finished', callId: '1', ok: false, exitCode: 1, output },
    raw: null,
    hash: `sha256:${'0'.repeat(64)}`,
  });

it('keeps colours apart, and of all else that steers a terminal nothing', () => {
  const line = `before\r${RED}3 failed${OFF}\u001b[2J\u001b]0;title\u0007 of 4\u0000`;
  expect(journalWords(printed(line))).toMatchObject({
    words: ['exit 1', '| 3 failed of 4'],
    coloured: ['exit 1', `| ${RED}3 failed${OFF} of 4 `],
  });
});

it('has no coloured words where nothing is coloured', () => {
  expect(journalWords(printed('plain \u001b[2K')).coloured).toBeNull();
});

it('bounds what is coloured: characters and sequences of each line', () => {
  const [, line = ''] = journalWords(printed(`${RED}x`.repeat(100_000))).coloured ?? [];
  expect(line.length).toBe(2 + 100 * RED.length + 500);
});
