/** Which projections are to be written anew after an upgrade, also while the version before works beside. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { STALE_PAGE } from '../../../../src/adapters/store/rows/stale-streams.ts';
import type { StreamRef } from '../../../../src/core/stream.ts';
import { PROJECTIONS_VERSION } from '../../../../src/engine/ports/event-log.ts';
import { eventsAfter, newTask } from '../../../contract/event-log.ts';
import { openStore, type TestStore } from '../database.ts';

let store: TestStore;
let sql: pg.Client;
beforeAll(async () => {
  store = await openStore();
  sql = new pg.Client({ connectionString: store.url });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await store.close();
});
beforeEach(() => sql.query('TRUNCATE streams'));

const REST = { open: [], task: null, runs: [] };

async function append(stream: StreamRef): Promise<void> {
  const head = await store.log.load(stream);
  const rest = { ...REST, folded: {}, fence: null };
  const events = eventsAfter(stream, head);
  expect(await store.log.append({ stream, expected: head.version, events, ...rest })).toEqual({
    outcome: 'appended',
  });
}

const rebuild = async (stream: StreamRef) => {
  const { version } = await store.log.load(stream);
  expect(await store.log.rebuild({ stream, expected: version, folded: {}, ...REST })).toBe(
    'rebuilt',
  );
};

async function stale(): Promise<StreamRef[]> {
  const found: StreamRef[] = [];
  for await (const stream of store.log.stale()) found.push(stream);
  return found;
}

/** Appends as a version does that knows nothing of the columns, or knows fewer projections. */
async function appendOfBefore(stream: StreamRef, sets = 'version = version + 1') {
  const [event] = eventsAfter(stream, await store.log.load(stream));
  await sql.query('BEGIN');
  await sql.query(`UPDATE streams SET ${sets}, hash = $2 WHERE id = $1`, [stream.id, event?.hash]);
  await sql.query(
    `INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash)
     VALUES ('task', $1, $2, $3, 1, $4, '{"data":{},"actor":{"kind":"gatehouse"}}', $5, $6)`,
    [stream.id, event?.seq, event?.type, event?.at, event?.prev, event?.hash],
  );
  await sql.query('COMMIT');
}

test('what this version wrote is not', async () => {
  const stream = newTask();
  await append(stream);
  await append(stream);
  expect(await stale()).toEqual([]);
});

test('what it appended to rows of before is, until they are written anew', async () => {
  const stream = newTask();
  await append(stream);
  await sql.query('UPDATE streams SET projections = 0, projected = 0');
  await append(stream);
  expect(await stale()).toEqual([stream]);
  expect(await store.decisions.countUnindexed(10)).toBe(1);
  await rebuild(stream);
  expect(await stale()).toEqual([]);
  expect(await store.decisions.countUnindexed(10)).toBe(0);
});

test.each([
  ['does not know of it', 'version = version + 1'],
  [
    'makes fewer of them',
    `version = version + 1, projected = version + 1, projections = least(projections, ${PROJECTIONS_VERSION - 1})`,
  ],
])('what a version appends beside it that %s, is', async (_, sets) => {
  const stream = newTask();
  await append(stream);
  await rebuild(stream);
  await appendOfBefore(stream, sets);
  expect(await stale()).toEqual([stream]);
  await append(stream);
  expect(await stale()).toEqual([stream]);
  await rebuild(stream);
  expect(await stale()).toEqual([]);
});

test('a stream that a version of before begins is', async () => {
  await sql.query(
    "INSERT INTO streams (kind, id, version, hash, folded) VALUES ('task', 'new', 1, '', '{}')",
  );
  expect(await stale()).toEqual([{ kind: 'task', id: 'new' }]);
});

test('what nothing can be made of is left, and streams without rows are none', async () => {
  await sql.query(`INSERT INTO streams (kind, id, version, hash, folded)
    VALUES ('backlog', 'broken', 1, '', '{}'), ('delivery', 'one', 1, '', '{}')`);
  const [broken, ...others] = await stale();
  expect(others).toEqual([]);
  if (broken) await store.log.leaveStale(broken);
  expect(await stale()).toEqual([]);
});

test('a page costs the same however many there are, and are done', async () => {
  await sql.query(`INSERT INTO streams (kind, id, version, hash, folded)
    SELECT 'task', 'task-' || lpad(n::text, 5, '0'), 1, '', '{}' FROM generate_series(1, 5000) AS n`);
  const last = 'task-04900';
  await sql.query('UPDATE streams SET projections = $2, projected = 1 WHERE id <= $1', [
    last,
    PROJECTIONS_VERSION,
  ]);
  const read = async (id: string): Promise<{ rows: number; pages: number }> => {
    const text = `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${STALE_PAGE}`;
    const { rows } = await sql.query(text, [PROJECTIONS_VERSION, 0, 'task', id]);
    const [{ Plan: plan }] = rows[0]['QUERY PLAN'];
    const pages = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
    return { rows: plan['Actual Rows'], pages };
  };
  const { rows, pages } = await read(last);
  expect(rows).toBe(50);
  // One row each, and the way down the index.
  expect(pages).toBeLessThan(70);
  expect(await store.decisions.countUnindexed(60)).toBe(60);
  expect(await stale()).toHaveLength(100);
});
