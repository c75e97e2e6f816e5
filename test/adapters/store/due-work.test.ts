/** Each kind of work is due where a row of it is, and no other kind is then. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type TestStore } from './database.ts';

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

const TIMES = { deliveriesFromMs: 5_000 };
const kinds = async () => [...(await store.dueWork.kinds(TIMES))];

async function onlyDuring(kind: string, begin: string, end: string): Promise<void> {
  expect(await kinds()).toEqual([]);
  await pool.query(begin);
  expect(await kinds()).toEqual([kind]);
  await pool.query(end);
  expect(await kinds()).toEqual([]);
}

test('an effect is, once its time has come', async () => {
  await pool.query(
    `INSERT INTO streams (kind, id, version, hash, folded, open, open_since, due_at)
     VALUES ('task', 'one', 1, '', '{}', '[]', now(), now() + interval '1 hour')`,
  );
  await onlyDuring(
    'effects',
    "UPDATE streams SET due_at = '-infinity'",
    'UPDATE streams SET open_since = NULL, due_at = NULL',
  );
});

test('a delivery is, once it is old enough, until it is put off', async () => {
  const guid = randomUUID();
  await store.deliveries.receive({ guid, event: 'issues', body: Buffer.from('one') });
  await onlyDuring(
    'deliveries',
    "UPDATE deliveries SET received_at = now() - interval '6 seconds'",
    "UPDATE deliveries SET not_before = now() + interval '1 hour'",
  );
  await store.deliveries.settle(guid, 'handled', '');
});

test('a delivery whose body came before is, while it is in doubt', async () => {
  expect(await kinds()).toEqual([]);
  const guid = randomUUID();
  const again = { guid, event: 'issues', body: Buffer.from('one') };
  expect(await store.deliveries.receive(again)).toBe('replayed');
  expect(await kinds()).toEqual(['repeated deliveries']);
  await store.deliveries.dismiss([guid]);
  expect(await kinds()).toEqual([]);
});

test('a reservation is, once it has expired, and what was spent is, until it is told', async () => {
  const by = { task: 'one', run: 'author-1-1' };
  const amount = { calls: 1, tokens: 0, nanoUsd: 0, ms: 0 };
  await store.ledger.reserve({
    by,
    scopes: [{ kind: 'task', key: 'task:one', caps: {} }],
    model: null,
    prices: null,
    fixed: amount,
    each: { ...amount, calls: 0 },
    want: 0,
  });
  expect(await kinds()).toEqual([]);
  await pool.query('UPDATE ledger_reservations SET expires_at = now()');
  expect(await kinds()).toEqual(['spends']);
  await store.ledger.settleExpired();
  expect(await kinds()).toEqual(['spends']);
  const [spent] = await store.ledger.spentBy(by.task, by.run);
  await store.ledger.told(by, spent?.until ?? 0);
  expect(await kinds()).toEqual([]);
});

test('a schedule is, once its time has come, until it is put off', async () => {
  const repository = { id: 1, owner: 'acme', name: 'sum', installation: 1 };
  const schedule = { cron: '@daily', timezone: 'UTC', command: 'fix', text: '' };
  const nextAt = new Date(Date.now() + 3_600_000);
  await store.schedules.replace(repository, [{ name: 'nightly', schedule, nextAt }]);
  await onlyDuring(
    'schedules',
    'UPDATE schedules SET next_at = now()',
    "UPDATE schedules SET not_before = now() + interval '1 hour'",
  );
});
