/** Every open effect is in one state, and is found by its task. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effectLease } from '../../../../src/engine/lease-guard.ts';
import { openStore, type TestStore } from '../database.ts';

let store: TestStore;
let pool: pg.Pool;
beforeAll(async () => {
  store = await openStore();
  pool = new pg.Pool({ connectionString: store.url });
  pool.on('error', () => {});
});
afterAll(async () => {
  await pool.end();
  await store.close();
});

/** A stream whose first event, some seconds ago, opened these effects. */
async function opened(
  kind: string,
  id: string,
  ago: number,
  effects: { key: string; notBefore?: string; failures?: number }[],
): Promise<void> {
  await pool.query(
    `INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash, recorded_at)
     VALUES ($1, $2, 1, 'task.created', 1, '', '{}', '', '', now() - $3 * interval '1 second')`,
    [kind, id, ago],
  );
  const open = effects.map(effect => ({ failures: 0, notBefore: null, ...effect, since: 1 }));
  await pool.query(
    `INSERT INTO streams (kind, id, version, hash, folded, open, open_since)
     VALUES ($1, $2, 1, '', '{}', $3, now() - $4 * interval '1 second')`,
    [kind, id, JSON.stringify(open), ago],
  );
}

test('each job is ready, running, delayed or stalled', async () => {
  const later = new Date(Date.now() + 3_600_000).toISOString();
  await opened('task', 'one', 3, [{ key: 'attempt:author-1-1' }, { key: 'show:comment' }]);
  await opened('task', 'two', 500, [{ key: 'merge:merge-1-1', failures: 2 }]);
  await opened('delivery', 'guid', 500, [{ key: 'answer', notBefore: later }]);
  const lease = effectLease({ kind: 'task', id: 'one' }, 'attempt:author-1-1');
  await store.leases.acquire(lease, 'worker-7/0f0f', 10_000);

  const jobs = await store.queueHealth.jobs({ task: null, state: null, limit: 10 });
  expect(jobs.map(({ stream, key, state, worker }) => [stream.id, key, state, worker])).toEqual([
    ['two', 'merge:merge-1-1', 'stalled', null],
    ['one', 'attempt:author-1-1', 'running', 'worker-7'],
    ['one', 'show:comment', 'ready', null],
    ['guid', 'answer', 'delayed', null],
  ]);
  expect(jobs[0]?.failures).toBe(2);
  expect(jobs[3]?.dueAt).toBe(later);
  const { oldestReadyMs, ...counts } = await store.queueHealth.counts();
  expect(counts).toEqual({ ready: 1, running: 1, delayed: 1, stalled: 1 });
  expect(oldestReadyMs).toBeGreaterThanOrEqual(500_000);
  const ofTask = await store.queueHealth.jobs({ task: 'one', state: null, limit: 1 });
  expect(ofTask).toMatchObject([{ key: 'attempt:author-1-1' }]);
  const stalled = await store.queueHealth.jobs({ task: null, state: 'stalled', limit: 10 });
  expect(stalled).toHaveLength(1);
});

test('a worker that is lost gives its job back', async () => {
  await pool.query("UPDATE leases SET until = now() - interval '1 second'");
  expect(await store.queueHealth.counts()).toMatchObject({ running: 0, ready: 2 });
});
