/** Databases for the benchmark, in one embedded PostgreSQL. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/adapters/store/embedded/embedded.ts';
import { applyMigrations } from '../../../src/adapters/store/migrate.ts';
import { createStore, type Store } from '../../../src/adapters/store/store.ts';

export type Database = { store: Store; url: string; sql: pg.Pool };

/** Creates a migrated database for each name; `close` ends all of them. */
export async function openDatabases(names: string[]) {
  await using opening = new AsyncDisposableStack();
  const stateDir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  opening.defer(() => rm(stateDir, { recursive: true, force: true }));
  const { url, stop } = await startEmbeddedPostgres({ stateDir });
  opening.defer(stop);
  const databases: Database[] = [];
  for (const name of names) {
    const admin = new pg.Client(url);
    await admin.connect();
    await admin.query(`CREATE DATABASE ${name}`);
    await admin.end();
    const own = url.replace('/postgres?', `/${name}?`);
    await applyMigrations(own);
    const sql = new pg.Pool({ connectionString: own, max: 20 });
    // A connection that is not in use ends with the server.
    sql.on('error', () => {});
    opening.defer(() => sql.end());
    const store = await createStore({ url: own, log: () => {} });
    opening.defer(store.close);
    databases.push({ store, url: own, sql });
  }
  const opened = opening.move();
  return { databases, close: () => opened.disposeAsync() };
}

const PER_STREAM = 250;

/** Adds ended tasks of ordinary size until the database has `events` events. */
export async function fill({ sql }: Database, events: number): Promise<void> {
  // Autovacuum would run during the measurement.
  await sql.query('ALTER TABLE events SET (autovacuum_enabled = false)');
  await sql.query(
    `INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash)
     SELECT 'task', 'filled-' || (i / $2), i % $2 + 1, 'pull.signaled', 1, '2026-01-02T03:04:05.678Z',
       '{"data":"' || repeat('x', 280) || i || '"}', 'sha256:' || repeat('0', 64), 'sha256:' || repeat('1', 64)
     FROM generate_series(0, $1::int - 1) AS i`,
    [events, PER_STREAM],
  );
  await sql.query(
    `INSERT INTO streams (kind, id, version, hash, folded)
     SELECT 'task', 'filled-' || i, $2, 'sha256:' || repeat('1', 64), '{}'
     FROM generate_series(0, $1::int / $2 - 1) AS i`,
    [events, PER_STREAM],
  );
  await sql.query(
    `INSERT INTO tasks (id, repository_id, repository, issue, pull, branch, command, title, status,
       requester, open, created_at, updated_at, origin, origin_key, waits_on, waits_since, reason)
     SELECT 'filled-' || i, 42, 'acme/library', i, i, 'gatehouse/' || i, 'fix', 'It breaks', 'success',
       'mona', false, now(), now(), 'issue', 'issue-' || i, 'nobody', now(), ''
     FROM generate_series(0, $1::int / $2 - 1) AS i`,
    [events, PER_STREAM],
  );
  await sql.query('ANALYZE');
  await sql.query('CHECKPOINT');
}
