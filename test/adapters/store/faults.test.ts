/** What the store does while the database hangs, is down, or comes back. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStore, type Store } from '../../../src/adapters/store/store.ts';
import { HANGS_MS } from '../../demo/until.ts';
import { startDatabase, type TestDatabase } from './database.ts';

let database: TestDatabase;
let store: Store;
const messages: string[] = [];

beforeAll(async () => {
  database = await startDatabase();
  store = await createStore({ url: database.url, log: message => messages.push(message) });
});
afterAll(async () => {
  await store.close();
  await database.stop();
});

const delivery = () => ({ guid: randomUUID(), event: 'issues', body: randomBytes(100) });

test('the time is the database’s', async () => {
  expect(Math.abs((await store.now()).getTime() - Date.now())).toBeLessThan(1_000);
});

test('a delivery that cannot be stored in time is refused, and can be sent again', async () => {
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => {});
  await client.connect();
  await client.query('BEGIN; LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE');
  const sent = Array.from({ length: 300 }, delivery);
  const results = await Promise.allSettled(sent.map(store.deliveries.receive));
  for (const result of results)
    expect(result).toMatchObject({
      status: 'rejected',
      reason: { message: 'not stored within 4000 ms' },
    });
  await client.query('COMMIT');
  await client.end();
  const again = await Promise.all(sent.map(store.deliveries.receive));
  // Some deliveries had been written although they were refused.
  for (const result of again) expect(['stored', 'duplicate']).toContain(result);
  for (const { guid } of sent) expect(await store.deliveries.find(guid)).not.toBeNull();
});

test('whoever looks on leaves their connections to those who work, and ends with their time', async () => {
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => {});
  await client.connect();
  await client.query('BEGIN; LOCK TABLE ledger_entries IN ACCESS EXCLUSIVE MODE');
  const asked = { repositories: [1], from: new Date(0), to: new Date() };
  const looking = Promise.allSettled(
    Array.from({ length: 30 }, () => store.spends.sums('day', asked, 10)),
  );
  await store.ping();
  for (const each of await looking) expect(each.status).toBe('rejected');
  // The lock stands, and yet none of their queries waits for it in the database.
  const waiting = `SELECT FROM pg_stat_activity WHERE application_name = 'gatehouse'
    AND datname = current_database() AND wait_event_type = 'Lock'`;
  await expect.poll(async () => (await client.query(waiting)).rowCount).toBe(0);
  await client.query('COMMIT');
  await client.end();
});

test('connections that the server ends are made again', async () => {
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => {});
  await client.connect();
  await Promise.all(Array.from({ length: 10 }, () => store.ping()));
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'gatehouse' AND datname = current_database()`,
  );
  await client.end();
  for (const end = Date.now() + HANGS_MS; messages.length === 0 && Date.now() < end; )
    await sleep(10);
  expect(messages[0]).toBe(
    'a database connection was lost: terminating connection due to administrator command',
  );
  // The pool may still use a connection whose end it has not noticed yet.
  for (const end = Date.now() + HANGS_MS; Date.now() < end && !(await answers()); ) await sleep(10);
  await store.ping();
  expect(await store.deliveries.receive(delivery())).toBe('stored');
});

const answers = () =>
  store.ping().then(
    () => true,
    () => false,
  );
