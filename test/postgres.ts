/**
 * Vitest's global set-up: one PostgreSQL for all test files. It starts when the first test asks for
 * a database, and gives each a copy of one that is migrated already. Over a local socket: connect,
 * read the address; the database is there for as long as the connection is.
 */
import { once } from 'node:events';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { createQueue } from '../src/adapters/queue/queue.ts';
import { startEmbeddedPostgres } from '../src/adapters/store/embedded/embedded.ts';
import { applyMigrations } from '../src/adapters/store/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The socket on which databases are given out. */
    databases: string;
  }
}

type Cluster = Awaited<ReturnType<typeof startCluster>>;

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(await fastestFolder(), 'gatehouse-test-'));
  const sockets = new Set<Socket>();
  let cluster: Promise<Cluster> | null = null;
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    cluster ??= startCluster(folder);
    cluster
      .then(async started => {
        const database = await started.create();
        socket.on('close', () => void started.drop(database));
        if (socket.destroyed) void started.drop(database);
        socket.write(`${started.url(database)}\n`);
      })
      .catch(error => socket.end(`${error}\n`));
  });
  const path = join(folder, 'databases');
  await once(server.listen(path), 'listening');
  project.provide('databases', path);
  return async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await (await cluster)?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}

const IN_MEMORY = '/dev/shm';
/** More than all databases of a run take at one time. */
const ROOM_BYTES = 4 * 1024 ** 3;

/** Each database is three hundred files, which cost a disk more than the tests that use them. */
async function fastestFolder(): Promise<string> {
  const { bavail, bsize } = await statfs(IN_MEMORY).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize > ROOM_BYTES ? IN_MEMORY : tmpdir();
}

async function startCluster(stateDir: string) {
  const { url, stop } = await startEmbeddedPostgres({ stateDir });
  const at = (database: string) => {
    const address = new URL(url);
    address.pathname = `/${database}`;
    return address.href;
  };
  const admin = new pg.Pool({ connectionString: url, max: 1 });
  admin.on('error', () => {});
  // Nothing here outlives a crash, and nothing is there long enough to be vacuumed.
  for (const setting of ['fsync = off', 'full_page_writes = off', 'autovacuum = off'])
    await admin.query(`ALTER SYSTEM SET ${setting}`);
  await admin.query('SELECT pg_reload_conf()');
  await admin.query('CREATE DATABASE prepared');
  await prepare(at('prepared'));
  let count = 0;
  return {
    url: at,
    async create(): Promise<string> {
      const name = `test_${++count}`;
      // As files: page by page through the write-ahead log takes ten times as long.
      await admin.query(`CREATE DATABASE ${name} TEMPLATE prepared STRATEGY file_copy`);
      return name;
    },
    async drop(name: string): Promise<void> {
      // At the end the whole server goes, and with it what could not be dropped.
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).catch(() => {});
    },
    async stop(): Promise<void> {
      await admin.end();
      await stop();
    },
  };
}

/** The tables of the database that all are copies of; those of the queue are made by a consumer. */
async function prepare(url: string): Promise<void> {
  await applyMigrations(url);
  const queue = await createQueue({ kind: 'postgres', url }, () => {});
  const consumer = await queue.consume(async () => {}, { concurrency: 1 });
  await consumer.stop(0);
  await queue.close();
}
