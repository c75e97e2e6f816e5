/** Compares the migrations with the schema by Prisma's own schema engine, built for WebAssembly. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDatabase, type TestDatabase } from './database.ts';

const folder = fileURLToPath(new URL('../../../prisma/', import.meta.url));
const schema = { path: 'schema.prisma', content: await readFile(`${folder}schema.prisma`, 'utf8') };
const filters = { externalTables: [], externalEnums: [] };

let database: TestDatabase;
let client: pg.Pool;
let engine: SchemaEngine;

beforeAll(async () => {
  database = await startDatabase();
  client = new pg.Pool({ connectionString: database.url });
  client.on('error', () => {});
  const datamodels: [string, string][] = [[schema.path, schema.content]];
  engine = await SchemaEngine.new({ datamodels }, () => {}, adapterOn(client));
});
afterAll(async () => {
  engine.free();
  await client.end();
  await database.stop();
});

/** The engine asks the catalogue for columns of type "char", which the adapter does not know. */
function adapterOn(pool: pg.Pool) {
  const characters = new Set<string>();
  const query = pool.query.bind(pool) as (sql: unknown, args: unknown) => Promise<pg.QueryResult>;
  Object.assign(pool, {
    query: async (sql: unknown, args: unknown) => {
      const result = await query(sql, args);
      for (const field of result.fields.filter(({ dataTypeID }) => dataTypeID === CHAR)) {
        characters.add(field.name);
        field.dataTypeID = TEXT;
      }
      return result;
    },
  });
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async sql => {
      const { columnNames, columnTypes, ...rest } = await queryRaw(sql);
      const types = columnTypes.map((type, index) =>
        characters.has(columnNames[index] ?? '') ? ColumnTypeEnum.Character : type,
      );
      return { columnNames, columnTypes: types, ...rest };
    };
    return adapter;
  };
  return bindMigrationAwareSqlAdapterFactory(factory);
}

/** PostgreSQL's numbers for its types. */
const CHAR = 18;
const TEXT = 25;

/** The changes that would make the database match the schema. */
const drift = async () =>
  (
    await engine.diff({
      from: { tag: 'schemaDatasource', files: [schema], configDir: folder },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: null,
      filters,
    })
  ).stdout?.trim();

test('the migrated database is what schema.prisma says', async () => {
  expect(await drift()).toBe('-- This is an empty migration.');
});

test('a column or an index that only one of them has is seen', async () => {
  await client.query('ALTER TABLE leases ADD COLUMN extra INT');
  await client.query('DROP INDEX tasks_one_open_per_origin');
  expect(await drift()).toMatch(/DROP COLUMN "extra"/);
  expect(await drift()).toMatch(/CREATE UNIQUE INDEX "tasks_one_open_per_origin".*WHERE \(?open/);
});

test('Prisma’s own migrations find nothing left to apply', async () => {
  const read = (path: string) => readFile(`${folder}migrations/${path}`, 'utf8');
  const names = (await readdir(`${folder}migrations`)).filter(name => /^\d/.test(name)).sort();
  const migration = async (name: string) => ({
    path: name,
    migrationFile: {
      path: 'migration.sql',
      content: { tag: 'ok' as const, value: await read(`${name}/migration.sql`) },
    },
  });
  const migrationsList = {
    baseDir: `${folder}migrations`,
    lockfile: { path: 'migration_lock.toml', content: await read('migration_lock.toml') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(names.map(migration)),
  };
  const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
  expect(appliedMigrationNames).toEqual([]);
  const diagnosed = await engine.diagnoseMigrationHistory({
    migrationsList,
    optInToShadowDatabase: false,
    filters,
  });
  expect(diagnosed).toMatchObject({
    hasMigrationsTable: true,
    history: null,
    editedMigrationNames: [],
    failedMigrationNames: [],
  });
});
