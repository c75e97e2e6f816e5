/** Whoever has every right on the database is named with the stream and the event, whatever they did to it. */
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStore } from '../../src/adapters/store/store.ts';
import { makeCheckpoints } from '../../src/engine/checkpoint/make.ts';
import { createHandle } from '../../src/engine/handle.ts';
import { openStore, type TestStore } from '../adapters/store/database.ts';
import { openLogOf, runProgram } from '../cli/run-program.ts';
import { created, HISTORY } from '../core/task/given.ts';
import { beginTask } from './begin.ts';

const NONE_OF_OURS = 'event 2 is not what was written: its text is none of ours';
const body = (edit: string) => `UPDATE events SET body = ${edit} WHERE stream_id = $1 AND seq = 2`;
const DEEP = "repeat('[', 100000) || repeat(']', 100000)";

/** What is done to a stream of its own, and how `verify` names it. */
const ACTS: Record<string, { sql: string[]; named: string | RegExp }> = {
  headless: {
    sql: [
      'DELETE FROM events WHERE stream_id = $1 AND seq = 1',
      'DELETE FROM streams WHERE id = $1',
    ],
    named: 'event 1 is missing: 2 stands there',
  },
  tail: {
    sql: [
      'DELETE FROM events WHERE stream_id = $1 AND seq < 6',
      'DELETE FROM streams WHERE id = $1',
    ],
    named: 'event 1 is missing: 6 stands there',
  },
  rowless: {
    sql: ['DELETE FROM streams WHERE id = $1'],
    named: /^event \d+ is there, and the head that is kept has seen 0; if nothing else is wrong/,
  },
  lowered: {
    sql: ['UPDATE streams SET version = 2 WHERE id = $1'],
    named: /^event \d+ is there, and the head that is kept has seen 2;/,
  },
  empty: {
    sql: [
      'DELETE FROM events WHERE stream_id = $1',
      `UPDATE streams SET version = 0, hash = 'sha256:${'0'.repeat(64)}' WHERE id = $1`,
    ],
    named: 'there are no events of it',
  },
  unreadable: { sql: [body("'{'")], named: NONE_OF_OURS },
  nothing: { sql: [body("'null'")], named: NONE_OF_OURS },
  list: { sql: [body("'[]'")], named: NONE_OF_OURS },
  deep: { sql: [body(DEEP)], named: NONE_OF_OURS },
  deeper: {
    sql: [body(`'{"data":{"a":' || ${DEEP} || '},"actor":{},"correlation":{},"settles":null}'`)],
    named: NONE_OF_OURS,
  },
  twice: {
    sql: [body(`replace(body, '{"data":', '{"data":{"outcome":"deny"},"data":')`)],
    named: NONE_OF_OURS,
  },
  within: {
    sql: [body(`replace(body, '"decision":{', '"decision":{"outcome":"deny",')`)],
    named: NONE_OF_OURS,
  },
  added: { sql: [body(`replace(body, '{"data":', '{"note":1,"data":')`)], named: NONE_OF_OURS },
  spaced: { sql: [body(`replace(body, '{"data":', '{ "data":')`)], named: NONE_OF_OURS },
  numbered: {
    sql: [body(String.raw`regexp_replace(body, ':(\d+)([,}])', ':\1.0\2')`)],
    named: NONE_OF_OURS,
  },
  typed: {
    sql: ["UPDATE events SET type = 'pull.merged' WHERE stream_id = $1 AND seq = 2"],
    named: 'event 2 is not what was written',
  },
  foreign: {
    sql: [
      "UPDATE events SET stream_kind = 'other' WHERE stream_id = $1",
      "UPDATE streams SET kind = 'other' WHERE id = $1",
    ],
    named: 'it is of a kind that this version of Gatehouse does not know',
  },
};

let store: TestStore;
let sql: pg.Client;
let before: Awaited<ReturnType<typeof gatehouse>>;
beforeAll(async () => {
  store = await openStore();
  sql = new pg.Client({ connectionString: store.url });
  await sql.connect();
  await sql.query('ALTER TABLE events DISABLE TRIGGER USER');
  let issue = 0;
  for (const id of ['honest', ...Object.keys(ACTS)])
    await beginTask(store.log, id, [created({ issue: ++issue }), ...HISTORY.waiting.slice(1)]);
  await checkpoint();
  before = await gatehouse('verify');
  for (const [id, { sql: acts }] of Object.entries(ACTS))
    for (const act of acts) await sql.query(act, [id]);
});
afterAll(async () => {
  await sql.end();
  await store.close();
});

const checkpoint = () =>
  makeCheckpoints({
    log: store.log,
    clock: { now: () => new Date() },
    handle: createHandle({
      redact: text => text,
      log: store.log,
      clock: { now: () => new Date() },
      random: () => 0.5,
      appended: async () => {},
    }),
    anchors: {
      sign: anchor => ({ ...anchor, signature: 'AA==' }),
      isOurs: () => true,
      async keep() {},
    },
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    github: { writes: { showAnchor: async () => ({ url: 'https://github.example/a/b/runs/1' }) } },
  })(new AbortController().signal);

/** As an operator's shell runs it: nothing of the database is in memory. */
async function gatehouse(...args: string[]) {
  const fresh = await createStore({ url: store.url, log: () => {} });
  try {
    return await runProgram(args, { openLog: openLogOf({ ...fresh, url: store.url }) });
  } finally {
    await fresh.close();
  }
}

it('names each stream that was changed, and no other', async () => {
  expect(before).toMatchObject({ code: 0, out: expect.stringMatching(/^verify: ok/) });
  const { code, out } = await gatehouse('verify', '--json');
  expect(code).toBe(1);
  const streams: { stream: string; ok: boolean; problem?: string }[] = JSON.parse(out).streams;
  for (const [id, { named: problem }] of Object.entries(ACTS)) {
    const of = streams.filter(({ stream }) => stream.endsWith(`/${id}`));
    // A stream that was moved is wrong where it stands, and lost where it stood.
    expect(of.map(({ problem }) => problem)).toContainEqual(expect.stringMatching(problem));
  }
  const good = streams.filter(({ ok }) => ok).map(({ stream }) => stream);
  expect(good).toEqual(['checkpoint/log', 'task/honest']);
});

it('rebuilds what can be rebuilt, and names the rest', async () => {
  const { code, out } = await gatehouse('replay', '--rebuild');
  expect(code).toBe(1);
  const left = out.split('\n').filter(line => line.includes('left as it is'));
  expect(left).toHaveLength(Object.keys(ACTS).length - 2);
  expect(out).not.toMatch(/task\/(rowless|lowered|honest)/);
  const { streams } = JSON.parse((await gatehouse('verify', '--json')).out);
  for (const stream of ['task/rowless', 'task/lowered'])
    expect(streams).toContainEqual(expect.objectContaining({ stream, ok: true }));
});

it('replays and exports what was changed without a trace of the program', async () => {
  const { out } = await gatehouse('replay');
  for (const id of Object.keys(ACTS)) expect(out).toContain(`/${id}: `);
  expect(out).not.toMatch(/undefined|stack|JSON at/);
  const file = join(tmpdir(), `tampering-${process.pid}.jsonl`);
  await expect(gatehouse('export', 'task/unreadable', '--out', file)).rejects.toThrow(
    `task/unreadable: ${NONE_OF_OURS}`,
  );
  await expect(readFile(file)).rejects.toThrow('ENOENT');
});

it('names a checkpoint that tells of what can be no stream', async () => {
  await sql.query(
    `UPDATE events SET body = replace(replace(body, '"task/honest"', '"honest"'), '"task/added"', '"a/b/c"')
     WHERE stream_kind = 'checkpoint'`,
  );
  const { out } = await gatehouse('verify');
  expect(out).toContain('checkpoint/log: event 1 is not what was written');
  expect(out).toMatch(/honest: it is lost: checkpoint 1/);
  expect(out).toMatch(/a\/b\/c: it is lost: checkpoint 1/);
  await sql.query("UPDATE events SET body = '{}' WHERE stream_kind = 'checkpoint'");
  expect((await gatehouse('verify')).out).toContain(
    'checkpoint/log: event 1 is not what was written: its text is none of ours',
  );
});
