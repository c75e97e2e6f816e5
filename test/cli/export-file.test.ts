/** An exported file is from outside: whatever was done to it is named plainly, and costs little memory. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anchorsOfFile } from '../../src/compose/github/anchors.ts';
import type { StoredEvent } from '../../src/core/event.ts';
import { boundedLines } from '../../src/core/text/bounded-lines.ts';
import { exportLines } from '../../src/engine/audit/export.ts';
import { canonical, verifyStream } from '../../src/engine/chain.ts';
import { readHistory, readLines } from '../histories/history.ts';
import { seal } from '../histories/trim.ts';
import { runProgram } from './run-program.ts';

let folder = '';
/** The whole log of two streams, without their newlines. */
let lines: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-'));
  lines = [...(await linesOf('refused', 'canceled'))];
});
afterAll(() => rm(folder, { recursive: true }));

async function linesOf(...names: string[]): Promise<string[]> {
  const events: string[] = [];
  for (const name of names) {
    const history = await readHistory(name);
    const written = await Array.fromAsync(exportLines(history, history.streams(), true));
    events.push(...written.slice(1, -1).map(line => line.trimEnd()));
  }
  const count = events.filter(line => line.startsWith('{"event"')).length;
  const header = '{"kind":"gatehouse-export","v":2,"whole":true}';
  return [header, ...events, `{"events":${count},"kind":"end"}`];
}

let files = 0;
async function verify(content: string | Uint8Array, command = 'verify') {
  const file = join(folder, `${++files}.jsonl`);
  await writeFile(file, content);
  return runProgram([command, '--file', file], {});
}
const text = (of: string[]) => `${of.join('\n')}\n`;
const first = () => lines.findIndex(line => line.startsWith('{"event"'));

it('is verified, also where another system wrote its line ends', async () => {
  expect(await verify(text(lines))).toMatchObject({ code: 0, out: /^verify: ok \(\d+ streams/ });
  expect(await verify(lines.join('\r\n'))).toMatchObject({ code: 0 });
});

it.each<[string, () => string | Uint8Array, RegExp]>([
  ['is empty', () => '', /: the file is empty$/],
  ['has lines of nothing', () => '\n\n\n', /: the file is empty$/],
  ['was packed', () => gzipSync(text(lines)), /: it is no text: unpack it first/],
  ['is of UTF-16', () => Buffer.from(`\ufeff${text(lines)}`, 'utf16le'), /: it is no text/],
  ['has a mark before it', () => `\ufeff${text(lines)}`, /begins with a byte order mark/],
  ['was put together of two', () => text([...lines, ...lines]), /something follows the end/],
  [
    'was put together, and lost an end',
    () => text([...lines.slice(0, -1), ...lines]),
    /: line \d+: another export begins here/,
  ],
  [
    'has a key twice',
    () =>
      text(lines.with(first(), lines[first()]?.replace('{"event":', '{"event":{},"event":') ?? '')),
    /: line 2: this is not letter for letter what Gatehouse writes$/,
  ],
  [
    'has a key twice within an event',
    () =>
      text(lines.with(first(), lines[first()]?.replace('"actor":', '"actor":1,"actor":') ?? '')),
    /: line 2: this is not letter for letter/,
  ],
  [
    'has another spelling of a number',
    () => text(lines.with(first(), lines[first()]?.replace('"seq":1,', '"seq":1.0,') ?? '')),
    /: line 2: this is not letter for letter/,
  ],
  [
    'is nested deeply',
    () => text(lines.with(first(), `${'['.repeat(100_000)}${']'.repeat(100_000)}`)),
    /: line 2: this is not JSON$/,
  ],
  [
    'has an endless line',
    () => Buffer.alloc(65 * 1024 * 1024, 'a'),
    /: line 1 is longer than 64 MB/,
  ],
])('that %s is refused, and said so', async (_, content, problem) => {
  await expect(verify(content())).rejects.toThrow(problem);
});

it('that says to hold less than it does was changed, and what it holds is said', async () => {
  const part = '{"kind":"gatehouse-export","v":2,"whole":false}';
  for (const command of ['verify', 'replay'])
    expect(await verify(text(lines.with(0, part)), command)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/the file says that it holds one stream, and holds \d+/),
    });
  const one = await linesOf('refused');
  const { code, out } = await verify(text(one.with(0, part)));
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^The file holds task\/\S+ alone, not the whole log\.\nverify: ok/),
  });
});

it('that says to be of the first version is compared whole', async () => {
  const old = text(lines.slice(0, -1).with(0, '{"kind":"gatehouse-export","v":1}'));
  expect((await verify(old)).out).toMatch(/only anchors tell\.\nverify: ok/);
});

it('that has more than it says, or less, is named', async () => {
  const end = (events: number) => text(lines.with(-1, `{"events":${events},"kind":"end"}`));
  expect((await verify(end(1))).out).toMatch(/in the file and were not written: \d+\n/);
  expect((await verify(end(10_000))).out).toMatch(/written and are not in the file: \d+\n/);
  expect((await verify(end(10_000), 'replay')).code).toBe(1);
});

it('is not read from a pipe, and not from a folder', async () => {
  await expect(runProgram(['verify', '--file', '/dev/null'], {})).rejects.toThrow(
    '/dev/null: it is no file on a disk, and it is read more than once: save it as one first',
  );
  await expect(runProgram(['verify', '--file', folder], {})).rejects.toThrow('it is no file');
});

it('keeps a key that objects of the program have themselves', async () => {
  const event: StoredEvent = JSON.parse(lines[first()] ?? '').event;
  const data = JSON.parse('{"__proto__":{"a":1}}');
  const sealed = seal({ ...event, seq: 1, data }, new Map());
  const audit = await readLines([
    '{"kind":"gatehouse-export","v":2,"whole":true}',
    canonical({ event: sealed, kind: 'event' }),
    '{"events":1,"kind":"end"}',
  ]);
  expect(await verifyStream(audit.events(event.stream))).toMatchObject({ ok: true, events: 1 });
});

it('reads no more of an endless line than is allowed', async () => {
  let taken = 0;
  async function* endless() {
    for (;;) {
      taken += 1024;
      yield Buffer.alloc(1024, 'a');
    }
  }
  const read = Array.fromAsync(boundedLines(endless(), 1024 * 1024));
  await expect(read).rejects.toThrow('line 1 is longer than 1 MB');
  expect(taken).toBe(1024 * 1024 + 1024);
});

it('names what is wrong with a file of anchors', async () => {
  const file = join(folder, 'anchors.jsonl');
  const read = async (content: string | Uint8Array) => {
    await writeFile(file, content);
    return anchorsOfFile(file, []);
  };
  const anchor = {
    v: 1,
    checkpoint: 1,
    hash: `sha256:${'0'.repeat(64)}`,
    at: '2026-12-01T00:00:00.000Z',
    ends: [],
    signature: 'AA==',
  };
  const line = JSON.stringify(anchor);
  expect((await read(`${line}\r\n\n${line}`)).anchors).toHaveLength(2);
  await expect(read(`${line}\n\n{}`)).rejects.toThrow(`${file}: line 3 is no anchor`);
  await expect(read(gzipSync(line))).rejects.toThrow(`${file}: it is no text`);
  await expect(read(`\ufeff${line}`)).rejects.toThrow(`${file}: it begins with a byte order mark`);
  await expect(read(`${line}\n${'a'.repeat(1024 * 1024 + 1)}`)).rejects.toThrow(
    `${file}: line 2 is longer than 1 MB`,
  );
  await writeFile(file, line);
  const key = join(folder, 'no.pem');
  await writeFile(key, 'no key');
  await expect(anchorsOfFile(file, [key])).rejects.toThrow(`${key}: it is no key in PEM`);
});
