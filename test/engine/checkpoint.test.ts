/** The log is proved against the outside: whoever changes the database, chain and all, is told on. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createAnchorsFile, readAnchorsFile } from '../../src/adapters/artifacts/anchors-file.ts';
import { anchorsOfFile } from '../../src/compose/github/anchors.ts';
import type { Anchor } from '../../src/core/checkpoint/anchor.ts';
import type { StoredEvent } from '../../src/core/event.ts';
import { streamName } from '../../src/core/stream.ts';
import { canonical } from '../../src/engine/chain.ts';
import { makeCheckpoints } from '../../src/engine/checkpoint/make.ts';
import { createSigning, isSignedBy } from '../../src/engine/checkpoint/signing.ts';
import { createHandle, type Handle } from '../../src/engine/handle.ts';
import { openStore, type TestStore } from '../adapters/store/database.ts';
import { openLogOf, runProgram } from '../cli/run-program.ts';
import { created, greenCheck, HISTORY, sha } from '../core/task/given.ts';
import { seal } from '../histories/trim.ts';
import { beginTask } from './begin.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
let folder = '';
let store: TestStore;
let sql: pg.Client;
let handle: Handle;
let file = '';
/** What GitHub was shown: on which commit, and what. */
let shown: { head: string; anchor: Anchor; url: string }[] = [];
let warned: object[] = [];
/** Where GitHub could not be asked, and why. */
let unasked: { place: string; problem: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anchors-'));
  await writeFile(join(folder, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
});
afterAll(async () => {
  await sql.end();
  await store.close();
  await rm(folder, { recursive: true });
});

let databases = 0;
beforeEach(async () => {
  await sql?.end();
  await store?.close();
  store = await openStore();
  sql = new pg.Client({ connectionString: store.url });
  await sql.connect();
  shown = [];
  unasked = [];
  warned = [];
  file = join(folder, `anchors-${++databases}.jsonl`);
  handle = createHandle({
    redact: text => text,
    log: store.log,
    clock: { now: () => new Date() },
    random: () => 0.5,
    appended: async () => {},
  });
  await beginTask(store.log, 'one', [...HISTORY.approved, greenCheck(sha('c'))]);
  await beginTask(store.log, 'two', [created({ issue: 2 }), ...HISTORY.waiting.slice(1)]);
  await checkpoint();
});

const signing = createSigning(privateKey);

const checkpoint = (): Promise<number> =>
  makeCheckpoints({
    log: store.log,
    handle,
    clock: { now: () => new Date() },
    anchors: { ...signing, ...createAnchorsFile(file) },
    logger: { debug() {}, info() {}, warn: of => void warned.push(of), error() {} },
    github: {
      writes: {
        async showAnchor(_repository, head, anchor) {
          const url = `https://github.example/acme/library/runs/${anchor.checkpoint}`;
          shown.push({ head, anchor, url });
          return { url };
        },
      },
    },
  })(new AbortController().signal);

const gatehouse = (...args: string[]) =>
  runProgram(args, {
    openLog: openLogOf(store),
    anchors: async (from, keys, places) =>
      from !== null && keys.length > 0
        ? anchorsOfFile(from, keys)
        : {
            anchors:
              from === null ? shown.map(({ anchor }) => anchor) : await readAnchorsFile(from),
            isOurs: isSignedBy(publicKey),
            missing: places.filter(
              place =>
                ![...shown.map(({ url }) => url), ...unasked.map(u => u.place)].includes(place),
            ),
            unasked,
          },
  });

/** The task whose check stands on a pull request goes on, and there is another checkpoint. */
async function goOn(): Promise<void> {
  const stream = { kind: 'task' as const, id: 'one' };
  const command = { type: 'performed' as const, key: 'acknowledge' };
  await handle({ stream, command, actor: { kind: 'gatehouse' } });
  await checkpoint();
}

/** Rewrites the database as its owner could: the events of a stream, chained anew, and their head. */
async function rewrite(
  name: string,
  edit: (events: StoredEvent[]) => StoredEvent[],
): Promise<StoredEvent[]> {
  const [kind, id] = name.split('/') as [StoredEvent['stream']['kind'], string];
  const heads = new Map<string, string>();
  const before = await Array.fromAsync(store.log.read({ kind, id }));
  const after = edit(before).map((event, index) => seal({ ...event, seq: index + 1 }, heads));
  await sql.query('ALTER TABLE events DISABLE TRIGGER USER');
  await sql.query('DELETE FROM events WHERE stream_kind = $1 AND stream_id = $2', [kind, id]);
  for (const { seq, type, v, at, prev, hash, stream: _, ...body } of after)
    await sql.query('INSERT INTO events VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
      ...[kind, id, seq, type, v, at, JSON.stringify(body), prev, hash],
    ]);
  await sql.query('ALTER TABLE events ENABLE TRIGGER USER');
  const last = after.at(-1);
  if (last)
    await sql.query('UPDATE streams SET version = $3, hash = $4 WHERE kind = $1 AND id = $2', [
      ...[kind, id, last.seq, last.hash],
    ]);
  else await sql.query('DELETE FROM streams WHERE kind = $1 AND id = $2', [kind, id]);
  return after;
}

/** Somebody else is made the approver. */
const exchangeApprover = (events: StoredEvent[]): StoredEvent[] =>
  events.map(event =>
    JSON.parse(JSON.stringify(event).replaceAll('"login":"rey"', '"login":"eve"')),
  );

it('makes a checkpoint of what has grown, keeps it outside, and makes none of what has not', async () => {
  const [first] = await Array.fromAsync(store.log.read({ kind: 'checkpoint', id: 'log' }));
  expect(first?.data.ends).toMatchObject([{ stream: 'task/one' }, { stream: 'task/two' }]);
  expect(await readAnchorsFile(file)).toMatchObject([{ checkpoint: 1, hash: first?.hash }]);
  expect(shown).toMatchObject([
    { head: sha('c'), anchor: { checkpoint: 1, ends: [{ stream: 'task/one' }] } },
  ]);
  expect(await checkpoint()).toBe(0);
  expect(shown).toHaveLength(1);
  const stream = { kind: 'task' as const, id: 'two' };
  const command = { type: 'performed' as const, key: 'acknowledge' };
  await handle({ stream, command, actor: { kind: 'gatehouse' } });
  expect(await checkpoint()).toBe(1);
  for (const args of [['--anchors'], ['--anchors', file], []])
    expect(await gatehouse('verify', ...args)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^verify: ok \(3 streams/),
    });
});

it('names the anchors that the log has on GitHub and that are not there', async () => {
  await goOn();
  const [first, second] = shown;
  if (!first || !second) throw new Error('There are fewer anchors than there should be.');
  expect(await gatehouse('verify', '--anchors')).toMatchObject({ code: 0 });
  shown = [second];
  const { out, code } = await gatehouse('verify', '--anchors');
  expect(code).toBe(1);
  expect(out).toContain(
    `no anchor stands at ${first.url}, where the log has one up to checkpoint 1`,
  );
  expect(out).not.toContain(second.url);
  // A file holds what its machine made, and one stream is no place of theirs.
  expect(await gatehouse('verify', '--anchors', file)).toMatchObject({ code: 0 });
  expect(await gatehouse('verify', 'task/one', '--anchors')).toMatchObject({ code: 0 });
  unasked = [{ place: first.url, problem: 'the App is not installed there' }];
  expect(await gatehouse('verify', '--anchors')).toMatchObject({
    code: 0,
    out: expect.stringContaining(`such as ${first.url}: the App is not installed there`),
  });
});

it('asks for no anchor that is older than GitHub keeps check runs', async () => {
  await goOn();
  shown = shown.slice(1);
  const longAgo = (events: StoredEvent[]): StoredEvent[] =>
    events.map((event, index) =>
      index < 2 ? { ...event, at: '2020-01-01T00:00:00.000Z' } : event,
    );
  await rewrite('checkpoint/log', longAgo);
  const { out } = await gatehouse('verify', '--anchors');
  expect(out).not.toContain('no anchor stands at');
});

it.each<[string, (events: StoredEvent[]) => StoredEvent[], RegExp]>([
  ['edited', exchangeApprover, /task\/one: it was edited: an event from 1 to \d+ is not what/],
  ['cut', events => events.slice(0, -2), /task\/one: it was cut: it ends at event \d+/],
  ['lost', () => [], /task\/one: it is lost: checkpoint 1 .* has seen \d+ events of it/],
])('names a stream that was %s, though its chain was computed anew', async (_, edit, problem) => {
  await rewrite('task/one', edit);
  const { out, code } = await gatehouse('verify');
  expect(code).toBe(1);
  expect(out).toMatch(problem);
  const { streams } = JSON.parse((await gatehouse('verify', '--json')).out);
  expect(streams).toContainEqual(
    expect.objectContaining({ stream: 'task/one', ok: false, problem: expect.stringMatching(/./) }),
  );
});

it('names what was written with a time of long ago, which no checkpoint has seen', async () => {
  const longAgo = '2026-01-01T00:00:00.000Z';
  await rewrite('task/two', events => [
    ...events,
    ...events.slice(-1).map(event => ({ ...event, at: longAgo })),
  ]);
  const forged = { kind: 'task' as const, id: 'three' };
  await sql.query(
    `INSERT INTO streams (kind, id, version, hash, folded) VALUES ('task', 'three', 0, '', 'null')`,
  );
  const one = await Array.fromAsync(store.log.read({ kind: 'task', id: 'one' }));
  await rewrite('task/three', () => one.map(event => ({ ...event, stream: forged, at: longAgo })));
  const { out, code } = await gatehouse('verify');
  expect(code).toBe(1);
  expect(out).toMatch(
    /task\/two: event \d+ says 2026-01-01T.*, and no checkpoint since has seen it/,
  );
  expect(out).toMatch(/task\/three: event \d+ says 2026-01-01T/);
  expect((await gatehouse('verify', 'task/three')).code).toBe(1);
  // What happened since the last checkpoint is not known to any.
  await rewrite('task/three', events =>
    events.map(event => ({ ...event, at: new Date().toISOString() })),
  );
  expect((await gatehouse('verify')).out).not.toContain('task/three');
});

it('goes on with checkpoints where rows were written that can be of no stream, or of none that is read', async () => {
  const digest = (of: string) => `sha256:${of.repeat(64)}`;
  await sql.query('ALTER TABLE events DISABLE TRIGGER USER');
  await sql.query("UPDATE events SET body = '{' WHERE stream_id = 'two' AND seq = 2");
  await sql.query(`UPDATE streams SET folded = 'null', hash = '${digest('a')}' WHERE id = 'two'`);
  await sql.query(
    `INSERT INTO streams (kind, id, version, hash, folded) VALUES
       ('other', 'x', 1, '${digest('b')}', 'null'), ('task', 'hash', 1, 'none', 'null'),
       ('task', '${'y'.repeat(200)}', 1, '${digest('b')}', 'null')`,
  );
  await sql.query(
    `INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash)
     SELECT kind, id, 1, 't', 1, '', '', '', '' FROM streams WHERE folded = 'null' AND id <> 'two'`,
  );
  await goOn();
  expect(shown.map(({ anchor }) => anchor.ends.map(({ stream }) => stream))).toEqual([
    ['task/one'],
    ['task/one'],
  ]);
  expect(warned).toMatchObject([
    { streams: ['other/x', 'task/hash', expect.stringMatching(/^task\/y/)] },
    { stream: 'task/two' },
  ]);
  expect(await checkpoint()).toBe(0);
});

it('goes on with checkpoints after one with a time that is to come', async () => {
  const toCome = (events: StoredEvent[]): StoredEvent[] =>
    events.map(event => ({ ...event, at: '2999-01-01T00:00:00.000Z' }));
  await rewrite('checkpoint/log', toCome);
  await goOn();
  const checkpoints = await Array.fromAsync(store.log.read({ kind: 'checkpoint', id: 'log' }));
  expect(checkpoints.filter(({ type }) => type === 'checkpoint.made')).toHaveLength(2);
});

it('names what was changed where the checkpoints were rewritten as well', async () => {
  const changed = await rewrite('task/one', exchangeApprover);
  const hash = changed.at(-1)?.hash ?? '';
  await rewrite('checkpoint/log', events =>
    events.map(event => {
      const ends = event.data.ends as { stream: string; hash: string }[] | undefined;
      for (const end of ends ?? []) if (end.stream === 'task/one') end.hash = hash;
      return event;
    }),
  );
  // All of it is consistent: only what is kept outside can tell.
  expect(await gatehouse('verify')).toMatchObject({ code: 0 });
  for (const args of [['--anchors'], ['--anchors', file]]) {
    const { out, code } = await gatehouse('verify', ...args);
    expect(code).toBe(1);
    expect(out).toMatch(/task\/one: it was edited: .*, by the anchor of checkpoint 1/);
    expect(out).toMatch(/checkpoint\/log: it was edited: event 1 is not what was written/);
  }
  // One stream is verified by itself, too.
  expect(await gatehouse('verify', 'task/one', '--anchors')).toMatchObject({ code: 1 });
  expect(await gatehouse('verify', 'task/two', '--anchors')).toMatchObject({ code: 0 });
});

it('tells where the checkpoints are gone, and where an anchor is not ours', async () => {
  await rewrite('task/two', () => []);
  await rewrite('checkpoint/log', () => []);
  expect(await gatehouse('verify')).toMatchObject({ code: 0 });
  const { out } = await gatehouse('verify', '--anchors', file);
  expect(out).toMatch(/task\/two: it is lost/);
  expect(out).toMatch(/checkpoint\/log: it is lost/);
  const [anchor] = await readAnchorsFile(file);
  await writeFile(file, `${JSON.stringify({ ...anchor, ends: [] })}\n`);
  expect((await gatehouse('verify', '--anchors', file)).out).toMatch(
    /the App's key did not sign the anchor of checkpoint 1/,
  );
  expect(JSON.parse((await gatehouse('verify', '--anchors', file, '--json')).out)).toMatchObject({
    ok: false,
    anchors: 0,
    faults: [expect.stringContaining("the App's key did not sign the anchor of checkpoint 1")],
  });
  await expect(gatehouse('verify', '--key', 'app.pem')).rejects.toThrow('--key checks anchors');
  await writeFile(file, 'not an anchor\n');
  await expect(gatehouse('verify', '--anchors', file)).rejects.toThrow(
    /anchors-\d+\.jsonl: line 1 is no anchor/,
  );
  await writeFile(file, '');
  expect((await gatehouse('verify', '--anchors', file)).out).toMatch(/there is no anchor yet/);
});

it('takes anchors that a key of the App signed which was replaced since', async () => {
  const { privateKey: next } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const present = join(folder, 'present.pem');
  await writeFile(present, next.export({ type: 'pkcs8', format: 'pem' }));
  const [anchor] = await readAnchorsFile(file);
  if (!anchor) throw new Error('There is no anchor.');
  await createAnchorsFile(file).keep(createSigning(next).sign(anchor));
  const checked = (...keys: string[]) =>
    gatehouse('verify', '--anchors', file, ...keys.flatMap(key => ['--key', key]));
  const before = await checked(present);
  expect(before).toMatchObject({ code: 1 });
  expect(before.out).toMatch(/did not sign the anchor of checkpoint 1/);
  expect(before.out).toMatch(/--key names the file of the earlier one/);
  expect(await checked(present, join(folder, 'key.pem'))).toMatchObject({
    code: 0,
    out: expect.stringContaining('compared with 2 anchors'),
  });
});

it('tells an export that was cut, edited, or that lacks a stream', async () => {
  const whole = join(folder, 'whole.jsonl');
  await gatehouse('export', '--out', whole);
  const lines = (await readFile(whole, 'utf8')).trimEnd().split('\n');
  const verify = async (kept: string[]) => {
    const path = join(folder, 'export.jsonl');
    await writeFile(path, `${kept.join('\n')}\n`);
    return gatehouse('verify', '--file', path, '--anchors', file);
  };
  expect(await verify(lines)).toMatchObject({ code: 0 });
  await expect(verify(lines.slice(0, -1))).rejects.toThrow(/the file was cut: its end is missing/);
  const last = lines.findLastIndex(line => line.includes('"kind":"event"'));
  expect((await verify(lines.toSpliced(last, 1))).out).toMatch(/task\/two: it was cut/);
  await expect(verify([...lines, lines[1] ?? ''])).rejects.toThrow(/something follows the end/);
  // Whoever cuts a file can write an end to it.
  const without = lines.filter(line => !line.includes('"id":"two"') || line.includes('"ends"'));
  const end = (kept: string[]) => {
    const events = kept.filter(line => line.includes('"kind":"event"')).length;
    return [...kept.slice(0, -1), canonical({ kind: 'end', events })];
  };
  expect((await verify(end(without))).out).toMatch(/task\/two: it is lost/);
  const noCheckpoints = without.filter(line => !line.includes('"ends"'));
  expect((await verify(end(noCheckpoints))).out).toMatch(/task\/two: it is lost/);
});

it('is not made good by a rebuild', async () => {
  const name = streamName({ kind: 'task', id: 'two' });
  await sql.query('ALTER TABLE events DISABLE TRIGGER USER');
  await sql.query(
    "DELETE FROM events WHERE stream_id = 'two' AND seq = (SELECT max(seq) FROM events WHERE stream_id = 'two')",
  );
  await sql.query("UPDATE events SET body = replace(body, 'rey', 'eve') WHERE stream_id = 'one'");
  const rebuilt = await gatehouse('replay', '--rebuild');
  expect(rebuilt.code).toBe(1);
  expect(rebuilt.out).toMatch(new RegExp(`${name}: left as it is: event \\d+ and what follows`));
  expect(rebuilt.out).toMatch(/task\/one: left as it is: event \d+ is not what was written/);
  expect(await gatehouse('verify')).toMatchObject({ code: 1 });
});
