/** Pages of a kept journal are its lines, wherever one begins, and cost their own bytes. */
import { expect, it } from 'vitest';
import { journalLines } from '../../../src/engine/queries/journal-lines.ts';

/** An artifact in memory, which counts the bytes that were read of it. */
function kept(text: string) {
  const content = Buffer.from(text);
  const read = { bytes: 0 };
  const artifacts = {
    async part(_digest: string, from: number, bytes: number) {
      const part = content.subarray(from, from + bytes);
      read.bytes += part.length;
      return part;
    },
  };
  return { artifacts, read };
}

let journals = 0;
const digest = () => `sha256:${String(++journals).padStart(64, '0')}`;

it.each([
  ['many short lines', Array.from({ length: 5_000 }, (_, n) => `{"seq":${n}}`).join('\n')],
  ['lines longer than a piece', ['ä'.repeat(400_000), 'b', 'ü'.repeat(300_001)].join('\n')],
  ['an end after the last line', 'one\ntwo\n'],
  ['empty lines, which count for nothing', '\n\none\n\n\ntwo\n\n'],
  ['one line', 'one'],
  ['nothing', ''],
])('%s are read from wherever a reader stands', async (_, text) => {
  const lines = text.split('\n').filter(line => line !== '');
  const { artifacts } = kept(text);
  for (const most of [1, 7, 500]) {
    const of = digest();
    const paged: string[] = [];
    for (let page = ['']; page.length > 0 && paged.length < 1_200; paged.push(...page))
      page = await journalLines(artifacts, of, paged.length, most);
    expect(paged).toEqual(lines.slice(0, paged.length));
    if (paged.length < 1_200) expect(paged).toHaveLength(lines.length);
  }
  for (const after of [0, 1, 99, 100, 101, 4_321, 4_999, 5_000, 9_999])
    expect(await journalLines(artifacts, digest(), after, 3)).toEqual(
      lines.slice(after, after + 3),
    );
});

it('a page of a journal of 40 MB costs its page, once a page near it was read', async () => {
  const line = `{"type":"message","text":"${'x'.repeat(360)}"}`;
  const { artifacts, read } = kept(`${line}\n`.repeat(100_000));
  const of = digest();
  expect(await journalLines(artifacts, of, 0, 500)).toHaveLength(500);
  expect(read.bytes).toBeLessThan(600_000);
  expect(await journalLines(artifacts, of, 80_000, 500)).toHaveLength(500);
  for (const after of [79_990, 40_000, 12_345, 500]) {
    read.bytes = 0;
    expect(await journalLines(artifacts, of, after, 500)).toHaveLength(500);
    expect(read.bytes).toBeLessThan(800_000);
  }
});
