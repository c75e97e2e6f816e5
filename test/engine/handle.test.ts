/** The one way in, on a real PostgreSQL: whoever comes second decides again, and nothing is written twice. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStore, type Store } from '../../src/adapters/store/store.ts';
import type { Person } from '../../src/core/actor.ts';
import type { StreamRef } from '../../src/core/stream.ts';
import type { TaskCommand } from '../../src/core/task/decide/command.ts';
import { canonical, verifyStream } from '../../src/engine/chain.ts';
import {
  createHandle,
  type Handle,
  type HandleRequest,
  loadFolded,
  refold,
} from '../../src/engine/handle.ts';
import { openStore, type TestStore } from '../adapters/store/database.ts';
import { created, decided, MAINTAINER } from '../core/task/given.ts';

let store: TestStore;
let sql: pg.Client;
let handle: Handle;
beforeAll(async () => {
  store = await openStore();
  sql = new pg.Client({ connectionString: store.url });
  await sql.connect();
  handle = newHandle();
});
afterAll(async () => {
  await sql.end();
  await store.close();
});

type Stream = StreamRef & { kind: 'task' };
const appended: { stream: StreamRef; before: number; open: string[] }[] = [];
const newHandle = () =>
  createHandle({
    redact: text => text,
    log: store.log,
    clock: { now: () => new Date() },
    random: () => 0.5,
    appended: async (stream, folded, before) => {
      appended.push({ stream, before, open: folded.open.map(({ key }) => key) });
    },
  });
const person: HandleRequest<'task'>['actor'] = { kind: 'person', ...MAINTAINER };
const tell = (stream: Stream, command: TaskCommand, more: Partial<HandleRequest<'task'>> = {}) =>
  handle({ stream, command, actor: person, ...more });

let issues = 0;
/** A task on an issue of its own. */
async function newTask(): Promise<Stream> {
  const stream: Stream = { kind: 'task', id: randomUUID() };
  const handled = await tell(stream, created({ issue: ++issues }));
  if (!handled.ok) throw new Error(handled.refusal.message);
  return stream;
}
const rework = (id: string, by: Person = MAINTAINER): TaskCommand => ({
  type: 'rework',
  data: {
    id,
    origin: 'comment',
    role: 'remediator-comment',
    instructions: id,
    by,
    target: null,
    check: null,
    threads: [],
    merges: null,
    caller: null,
    taint: [],
  },
});
const eventsOf = (stream: StreamRef) => Array.fromAsync(store.log.read(stream));
const rowsOf = async (stream: StreamRef) => {
  const ask = async (text: string) => (await sql.query(text, [stream.kind, stream.id])).rows;
  return {
    events: await ask('SELECT * FROM events WHERE stream_kind = $1 AND stream_id = $2'),
    streams: await ask('SELECT * FROM streams WHERE kind = $1 AND id = $2'),
  };
};
const keysOf = (open: string) => (JSON.parse(open) as { key: string }[]).map(({ key }) => key);

describe('a command', () => {
  it('is written with who said it, what it belongs to, and its effects', async () => {
    const stream: Stream = { kind: 'task', id: randomUUID() };
    const handled = await tell(stream, created({ issue: ++issues }), {
      correlation: { delivery: 'guid-1' },
    });
    expect(handled).toMatchObject({ ok: true, before: 0 });
    const events = await eventsOf(stream);
    expect(events).toMatchObject([
      {
        stream,
        seq: 1,
        type: 'task.created',
        v: 9,
        actor: person,
        settles: null,
        correlation: { task: stream.id, delivery: 'guid-1' },
      },
    ]);
    const opened = ['decide:task.start:task'];
    expect(appended.at(-1)).toEqual({ stream, before: 0, open: opened });
    expect(keysOf((await rowsOf(stream)).streams[0].open).sort()).toEqual(opened.sort());
  });

  it('is written whole: its events have one time, and each follows the one before', async () => {
    const stream = await newTask();
    const settles = { key: 'decide:task.start:task', since: 1 };
    await tell(stream, decided('task.start', 'allow'), { settles });
    const events = await eventsOf(stream);
    const types = ['task.created', 'policy.decided', 'task.admitted', 'run.queued'];
    expect(events.map(event => event.type)).toEqual(types);
    expect(new Set(events.slice(1).map(event => event.at)).size).toBe(1);
    // Only the first of them settles the effect.
    expect(events.map(event => event.settles)).toEqual([null, settles, null, null]);
    expect(events[3]?.correlation).toEqual({ task: stream.id, run: 'prepare-1-1' });
    expect(await verifyStream(events)).toMatchObject({ ok: true, events: 4 });
  });

  it('that is refused leaves nothing and tells nobody', async () => {
    const stream: Stream = { kind: 'task', id: randomUUID() };
    const told = appended.length;
    expect(await tell(stream, rework('too early'))).toEqual({
      ok: false,
      refusal: { code: 'absent', tell: true, message: 'The task does not exist.' },
    });
    expect(await rowsOf(stream)).toEqual({ events: [], streams: [] });
    expect(appended).toHaveLength(told);
  });
});

describe('concurrent commands', () => {
  it('make one unforked chain, 50 at once, each decided on what came before it', async () => {
    const stream = await newTask();
    const others = [handle, newHandle()];
    const ids = Array.from({ length: 50 }, (_, index) => `rework-${index}`);
    const results = await Promise.all(
      ids.map((id, index) =>
        (others[index % 2] ?? handle)({ stream, command: rework(id), actor: person }),
      ),
    );
    expect(results.filter(result => result.ok)).toHaveLength(50);
    const events = await eventsOf(stream);
    expect(await verifyStream(events)).toMatchObject({ ok: true, events: 51 });
    expect(new Set(events.slice(1).map(event => event.data.id))).toEqual(new Set(ids));
    const head = await store.log.load(stream);
    expect([head.version, head.hash]).toEqual([51, events.at(-1)?.hash]);
    expect(canonical(await loadFolded(store.log, stream))).toBe(
      canonical(await refold(store.log, stream)),
    );
  });

  it('that say the same are taken once', async () => {
    const stream = await newTask();
    const results = await Promise.all(
      Array.from({ length: 20 }, () => tell(stream, rework('the same'))),
    );
    expect(results.filter(result => result.ok)).toHaveLength(1);
    expect(results.find(result => !result.ok)).toMatchObject({
      refusal: { code: 'repeated', tell: false, message: 'That was asked for already.' },
    });
  });

  it('give one task to an issue, and the others are told which', async () => {
    const issue = ++issues;
    const streams = Array.from({ length: 10 }, (): Stream => ({ kind: 'task', id: randomUUID() }));
    const results = await Promise.all(streams.map(stream => tell(stream, created({ issue }))));
    const won = streams.filter((_, index) => results[index]?.ok);
    expect(won).toHaveLength(1);
    const busy = { ok: false, refusal: { code: 'busy' }, openTask: won[0]?.id };
    expect(results.filter(result => !result.ok)).toMatchObject(
      Array.from({ length: 9 }, () => busy),
    );
    for (const stream of streams.filter(other => other !== won[0]))
      expect(await rowsOf(stream)).toEqual({ events: [], streams: [] });
  });
});

describe('an outcome', () => {
  const done = { type: 'performed', key: 'decide:task.start:task' } as const;
  const settles = { key: 'decide:task.start:task', since: 1 };

  it('settles its effect once; a second one is refused', async () => {
    const stream = await newTask();
    expect(await tell(stream, done, { settles })).toMatchObject({ ok: true });
    const before = await rowsOf(stream);
    expect(keysOf(before.streams[0].open)).not.toContain('decide:task.start:task');
    expect(await tell(stream, done, { settles })).toEqual({
      ok: false,
      refusal: {
        code: 'settled',
        tell: false,
        message: 'Effect decide:task.start:task is settled already.',
      },
    });
    expect(await rowsOf(stream)).toEqual(before);
  });

  it('told ten times at once is written once', async () => {
    const stream = await newTask();
    const results = await Promise.all(
      Array.from({ length: 10 }, () => tell(stream, done, { settles })),
    );
    expect(results.filter(result => result.ok)).toHaveLength(1);
    expect(await eventsOf(stream)).toHaveLength(2);
  });

  it('of an older opening leaves the newer one open', async () => {
    const stream = await newTask();
    await tell(stream, decided('task.start', 'allow'));
    // The surface is opened again by what happens meanwhile.
    await tell(stream, rework('more'));
    const shown = { type: 'performed', key: 'show:comment' } as const;
    await tell(stream, shown, { settles: { key: 'show:comment', since: 4 } });
    const { open } = await loadFolded(store.log, stream);
    expect(open.find(effect => effect.key === 'show:comment')).toMatchObject({ since: 5 });
    await tell(stream, shown, { settles: { key: 'show:comment', since: 5 } });
    expect((await loadFolded(store.log, stream)).open.map(({ key }) => key)).not.toContain(
      'show:comment',
    );
  });

  it('that is a lasting failure of an older opening leaves the newer one open', async () => {
    const stream = await newTask();
    await tell(stream, decided('task.start', 'allow'));
    await tell(stream, rework('more'));
    const command: TaskCommand = {
      type: 'fail_effect',
      key: 'show:comment',
      class: 'not_found',
      message: '404',
      retryable: false,
      retryAfterMs: null,
    };
    const shown = async () =>
      (await loadFolded(store.log, stream)).open.find(({ key }) => key === 'show:comment');
    await tell(stream, command, { settles: { key: 'show:comment', since: 4 } });
    expect(await shown()).toMatchObject({ since: 5, failures: 1 });
    await tell(stream, command, { settles: { key: 'show:comment', since: 5 } });
    expect(await shown()).toBeUndefined();
  });

  it('that is a failure leaves the effect open, later', async () => {
    const stream = await newTask();
    const command: TaskCommand = {
      type: 'fail_effect',
      key: 'decide:task.start:task',
      class: 'server',
      message: '502',
      retryable: true,
      retryAfterMs: 7_000,
    };
    await tell(stream, command, { settles });
    const open = (await loadFolded(store.log, stream)).open.find(
      ({ key }) => key === 'decide:task.start:task',
    );
    const [, failed] = await eventsOf(stream);
    expect(failed).toMatchObject({ type: 'effect.failed', settles: null });
    expect(open).toMatchObject({ failures: 1, notBefore: failed?.data.retryAt });
    // `retry-after` is never shortened by the back-off's jitter.
    const wait = Date.parse(String(failed?.data.retryAt)) - Date.parse(failed?.at ?? '');
    expect(wait).toBe(7_000);
  });
});

describe('a fence', () => {
  it('that is over lets nothing be written', async () => {
    const stream = await newTask();
    const before = await rowsOf(stream);
    const told = appended.length;
    const lease = `effect:${stream.id}`;
    const epoch = (await store.leases.acquire(lease, 'frozen', 20))?.epoch ?? 0;
    await store.leases.release(lease, epoch);
    const next = (await store.leases.acquire(lease, 'awake', 10_000))?.epoch ?? null;
    expect(next).toBeGreaterThan(epoch);
    expect(await tell(stream, rework('late'), { fence: { lease, epoch } })).toEqual({
      ok: false,
      refusal: {
        code: 'fenced',
        tell: false,
        message: 'The lease is over: another worker took it up.',
      },
    });
    expect(await rowsOf(stream)).toEqual(before);
    expect(appended).toHaveLength(told);
    const fence = { lease, epoch: next ?? 0 };
    expect(await tell(stream, rework('in time'), { fence })).toMatchObject({ ok: true });
  });

  it('that nobody ever held lets nothing be written', async () => {
    const stream = await newTask();
    const fence = { lease: 'nobody', epoch: 1 };
    expect(await tell(stream, rework('x'), { fence })).toMatchObject({
      refusal: { code: 'fenced' },
    });
    expect(await eventsOf(stream)).toHaveLength(1);
  });
});

describe('the kept state', () => {
  /** As another process has it: with nothing in memory. */
  const others: Store[] = [];
  const otherLog = async () => {
    const other = await createStore({ url: store.url, log: () => {} });
    others.push(other);
    return other.log;
  };
  afterAll(() => Promise.all(others.map(other => other.close())));

  it('of a long stream lags, and whoever loads it catches up', async () => {
    const stream = await newTask();
    const lags: number[] = [];
    for (let times = 0; times < 60; times += 1) {
      expect(await tell(stream, rework(`${times} ${'x'.repeat(400)}`))).toMatchObject({ ok: true });
      const { rows } = await sql.query('SELECT behind FROM streams WHERE id = $1', [stream.id]);
      lags.push(rows[0].behind);
    }
    // Written now and again, not with every event.
    const written = lags.filter(lag => lag === 0).length;
    expect(written).toBeGreaterThan(2);
    expect(written).toBeLessThan(15);
    await tell(stream, rework('one more'));
    const { open } = await loadFolded(store.log, stream);
    const log = await otherLog();
    expect((await loadFolded(log, stream)).open).toEqual(open);
    expect(canonical(await loadFolded(log, stream))).toBe(canonical(await refold(log, stream)));
    // Two processes in turn: each finds what the other appended.
    const elsewhere = createHandle({
      redact: text => text,
      log,
      clock: { now: () => new Date() },
      random: () => 0.5,
      appended: async () => {},
    });
    for (const [turn, say] of [elsewhere, handle, elsewhere, handle].entries())
      expect(await say({ stream, command: rework(`turn ${turn}`), actor: person })).toMatchObject({
        ok: true,
      });
    const right = canonical(await refold(log, stream));
    expect(canonical(await loadFolded(log, stream))).toBe(right);
    expect(canonical(await loadFolded(store.log, stream))).toBe(right);
    const { rows } = await sql.query('SELECT open FROM streams WHERE id = $1', [stream.id]);
    const keys = (await loadFolded(log, stream)).open.map(({ key }) => key);
    expect(keysOf(rows[0].open)).toEqual(keys);
  });

  it.each([
    ['has another shape', (kept: { shape: number }) => ({ ...kept, shape: 0 })],
    [
      'is of another event',
      (kept: { folded: object }) => ({
        ...kept,
        folded: { ...kept.folded, hash: 'sha256:another' },
      }),
    ],
  ])('is made anew from the events where it %s', async (_, spoil) => {
    const stream = await newTask();
    const right = canonical(await loadFolded(store.log, stream));
    const { folded } = await store.log.load(stream);
    const spoiled = JSON.stringify(spoil(folded as { shape: number; folded: object }));
    await sql.query('UPDATE streams SET folded = $1 WHERE id = $2', [spoiled, stream.id]);
    expect(canonical(await loadFolded(await otherLog(), stream))).toBe(right);
    expect(canonical(await loadFolded(store.log, stream))).toBe(right);
    expect(await tell(stream, rework('on we go'))).toMatchObject({ ok: true, before: 1 });
    expect(canonical(await loadFolded(store.log, stream))).toBe(
      canonical(await refold(store.log, stream)),
    );
  });
});

it.each([
  ['a NUL', 'It\0breaks'],
  ['half a pair of surrogates', 'It breaks \ud83d'],
  ['60,000 characters', '🚀'.repeat(30_000)],
])('takes a title with %s as it is', async (_, title) => {
  const stream: Stream = { kind: 'task', id: randomUUID() };
  const goal = { title, body: title };
  expect(await tell(stream, created({ issue: ++issues, goal }))).toMatchObject({ ok: true });
  expect((await eventsOf(stream))[0]?.data.goal).toEqual(goal);
  expect(await verifyStream(await eventsOf(stream))).toMatchObject({ ok: true });
});
