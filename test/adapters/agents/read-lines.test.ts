/** Lines of JSON end with \n alone, however they arrive. */
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readLines } from '../../../src/adapters/agents/api/program/read-lines.ts';

test.each([
  [
    'other ends of lines stay in theirs',
    ['"a\u2028b\u2029c\u0085d"\n"e\r"\n'],
    ['"a\u2028b\u2029c\u0085d"', '"e\r"'],
  ],
  ['a line comes in parts', ['a', 'b\nc', '\n', 'd'], ['ab', 'c', 'd']],
  ['a line is empty', ['\n\na\n'], ['', '', 'a']],
  ['nothing comes', [], []],
])('%s', async (_, chunks, lines) => {
  const input = Readable.from(
    chunks.map(chunk => Buffer.from(chunk)),
    { objectMode: false },
  );
  expect(await Array.fromAsync(readLines(input))).toEqual(lines);
});

test('a character comes in parts', async () => {
  const bytes = [...Buffer.from('\u2028ü\n')].map(byte => Buffer.from([byte]));
  const lines = readLines(Readable.from(bytes, { objectMode: false }));
  expect(await Array.fromAsync(lines)).toEqual(['\u2028ü']);
});
