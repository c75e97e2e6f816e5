/**
 * Applies the migrations when Gatehouse starts, without the engine that Prisma downloads. It records
 * them as Prisma does and takes Prisma's lock, so that `prisma migrate deploy` can be used as well.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const FOLDER = fileURLToPath(new URL('../../../prisma/migrations/', import.meta.url));
/** The number of the advisory lock that Prisma's migrations take. */
const LOCK = 72707369;

const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

type Migration = { name: string; sql: string; checksum: string };
type MigrationRow = { migration_name: string; checksum: string; finished_at: Date | null };

/**
 * Returns the names of the migrations that it applied. Throws and leaves the database unchanged
 * where a migration fails, differs from what was applied, or is unknown to this version.
 */
export async function applyMigrations(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'gatehouse migrate' });
  client.on('error', () => {});
  await client.connect();
  try {
    await checkServer(client);
    await client.query('SET client_min_messages = warning');
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(TABLE);
    const { rows } = await client.query<MigrationRow>(
      'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
    );
    const migrations = await readMigrations();
    const pending = pendingMigrations(migrations, rows);
    for (const migration of pending) await applyMigration(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    await client.end().catch(() => {});
  }
}

const SERVER = `SELECT current_setting('server_version_num')::int AS version,
  current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby`;

async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<ServerFacts>(SERVER);
  const fault = rows[0] && serverFault(rows[0]);
  if (fault) throw new Error(fault);
}

/** `version`: as PostgreSQL counts, 150004 for 15.4. */
type ServerFacts = { version: number; encoding: string; standby: boolean };

const OLDEST = 15;

/** Why nothing can be kept on this server, however its tables are made. */
export function serverFault({ version, encoding, standby }: ServerFacts): string | null {
  const major = Math.floor(version / 10_000);
  if (major < OLDEST) return `it is PostgreSQL ${major}, and ${OLDEST} or newer is needed`;
  // A text with one emoji could not be kept.
  if (encoding !== 'UTF8')
    return `its encoding is ${encoding}, and UTF8 is needed: make another one by CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`;
  return standby ? 'it is a standby, which can only be read: name the primary' : null;
}

async function readMigrations(): Promise<Migration[]> {
  const folders = (await readdir(FOLDER, { withFileTypes: true })).filter(one => one.isDirectory());
  const names = folders.map(({ name }) => name).sort();
  return Promise.all(
    names.map(async name => {
      const sql = await readFile(`${FOLDER}${name}/migration.sql`, 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

function pendingMigrations(migrations: Migration[], rows: MigrationRow[]): Migration[] {
  for (const { migration_name: name, checksum, finished_at } of rows) {
    const known = migrations.find(migration => migration.name === name);
    if (!known)
      throw new Error(
        `the database has migration ${name}, which this Gatehouse does not know: it was used by a newer one; run that one, or restore a backup`,
      );
    if (finished_at === null)
      throw new Error(
        `migration ${name} was begun and not finished: see \`prisma migrate resolve\``,
      );
    if (known.checksum !== checksum)
      throw new Error(
        `migration ${name} is not what was applied to this database: restore prisma/migrations/${name}`,
      );
  }
  return migrations.filter(({ name }) => !rows.some(row => row.migration_name === name));
}

async function applyMigration(
  client: pg.Client,
  { name, sql, checksum }: Migration,
): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => {});
    throw new Error(`migration ${name} failed: ${(cause as Error).message}`, { cause });
  }
}
