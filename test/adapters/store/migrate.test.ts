import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { applyMigrations } from '../../../src/adapters/store/migrate.ts';
import { startDatabase, type TestDatabase } from './database.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await startDatabase();
  client = new pg.Client({ connectionString: database.url });
  client.on('error', () => {});
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.stop();
});
/** The database as PostgreSQL creates it, without migrations. */
beforeEach(async () => {
  await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
});

const migrate = () => applyMigrations(database.url);
const MIGRATIONS = (await readdir('prisma/migrations')).filter(name => /^\d/.test(name)).sort();

test('applies each migration once, whoever asks at the same time', async () => {
  const applied = await Promise.all([migrate(), migrate(), migrate()]);
  expect(applied.flat()).toEqual(MIGRATIONS);
  expect(await migrate()).toEqual([]);
  const { rows } = await client.query('SELECT * FROM _prisma_migrations ORDER BY migration_name');
  expect(rows).toMatchObject(
    MIGRATIONS.map(name => ({
      migration_name: name,
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      applied_steps_count: 1,
      finished_at: expect.any(Date),
      rolled_back_at: null,
    })),
  );
});

test('a migration that fails changes nothing', async () => {
  await client.query('CREATE TABLE leases (mine int)');
  await expect(migrate()).rejects.toThrow(
    'migration 0001_init failed: relation "leases" already exists',
  );
  const { rows } = await client.query("SELECT to_regclass('events') AS events");
  expect(rows).toEqual([{ events: null }]);
  expect((await client.query('SELECT FROM _prisma_migrations')).rowCount).toBe(0);
});

test.each([
  [
    'is newer',
    "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('1', 'x', '0999_later', now())",
    'the database has migration 0999_later, which this Gatehouse does not know',
  ],
  [
    'was migrated otherwise',
    "UPDATE _prisma_migrations SET checksum = 'x'",
    'migration 0001_init is not what was applied to this database: restore prisma/migrations/0001_init',
  ],
  [
    'was left half-migrated',
    'UPDATE _prisma_migrations SET finished_at = NULL',
    'migration 0001_init was begun and not finished: see `prisma migrate resolve`',
  ],
])('a database that %s is refused', async (_, change, message) => {
  await migrate();
  await client.query(change);
  await expect(migrate()).rejects.toThrow(message);
});

test('effects that were open before the outbox moved are open and due after it', async () => {
  const moved = MIGRATIONS.indexOf('0006_the_outbox_in_its_stream');
  const read = (name = '') => readFile(`prisma/migrations/${name}/migration.sql`, 'utf8');
  for (const name of MIGRATIONS.slice(0, moved)) await client.query(await read(name));
  const effect = (key: string, since: number, notBefore: string | null) => ({
    kind: 'show',
    surface: 'comment',
    key,
    since,
    failures: 0,
    notBefore,
  });
  const open = [effect('due', 1, null), effect('later', 2, '2099-01-01T00:00:00.000Z')];
  await client.query(
    `INSERT INTO streams (kind, id, version, hash, folded)
     SELECT 'task', id, 2, 'h', '{}' FROM unnest('{busy,idle}'::text[]) AS id`,
  );
  for (const { key, since, notBefore, ...rest } of open)
    await client.query('INSERT INTO effects VALUES ($1, $2, $3, $4, $5, $6)', [
      ...['task', 'busy', key, JSON.stringify({ ...rest, key, since, notBefore }), notBefore],
      `2026-01-01T00:00:0${since}.000Z`,
    ]);
  await client.query(await read(MIGRATIONS[moved]));
  const { rows } = await client.query(
    'SELECT id, open::json, open_since, due_at FROM streams ORDER BY id',
  );
  expect(rows).toEqual([
    { id: 'busy', open, open_since: new Date('2026-01-01T00:00:01.000Z'), due_at: -Infinity },
    { id: 'idle', open: [], open_since: null, due_at: null },
  ]);
});

describe('events are append-only, for the owner of the database too', () => {
  const INSERT = `INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash)
    VALUES ('task', 'one', 1, 't', 1, 'now', '{}', 'p', 'h')`;
  beforeEach(async () => {
    await migrate();
    await client.query(INSERT);
  });

  test.each([
    ['UPDATE', "UPDATE events SET body = '[]'"],
    ['UPDATE', `${INSERT} ON CONFLICT (stream_kind, stream_id, seq) DO UPDATE SET body = '[]'`],
    ['UPDATE', "SET session_replication_role = replica; UPDATE events SET body = '[]'"],
    ['DELETE', 'DELETE FROM events'],
    ['TRUNCATE', 'TRUNCATE events CASCADE'],
  ])('%s: %s', async (verb, sql) => {
    await expect(client.query(sql)).rejects.toThrow(`events is append-only: ${verb} refused`);
    await client.query('RESET session_replication_role');
    const { rows } = await client.query('SELECT seq, body FROM events');
    expect(rows).toEqual([{ seq: 1, body: '{}' }]);
  });
});
