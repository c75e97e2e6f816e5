/** The database and the queue of a walk's Gatehouse, new for each walk. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import pg from 'pg';
import { createQueue } from '../../../src/adapters/queue/queue.ts';
import { openCluster } from '../../../src/adapters/store/embedded/cluster.ts';
import { startEmbeddedPostgres } from '../../../src/adapters/store/embedded/embedded.ts';
import {
  findBinaries,
  spawnPostgres,
} from '../../../src/adapters/store/embedded/postgres-binaries.ts';
import { applyMigrations } from '../../../src/adapters/store/migrate.ts';
import { findRedis } from '../../adapters/queue/find-redis.ts';
import { until } from '../../demo/until.ts';
import { lastingPort } from '../lasting-port.ts';

export type Setting = { queue: 'postgres' | 'redis'; database: 'embedded' | 'server' };

export const SETTINGS: readonly Setting[] = [
  { queue: 'postgres', database: 'embedded' },
  { queue: 'redis', database: 'server' },
  { queue: 'postgres', database: 'server' },
  { queue: 'redis', database: 'embedded' },
];

export type Backends = Awaited<ReturnType<typeof startBackends>>;

/** Starts the backends. Walks get copies of one migrated database; servers start at their first use. */
export async function startBackends() {
  await using starting = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-faults-'));
  starting.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const template = join(folder, 'template');
  const made = await startEmbeddedPostgres({ stateDir: template });
  await migrate(made.url).finally(() => made.stop());
  const started = starting.move();
  const once = <T extends { stop(): Promise<void> }>(start: () => Promise<T>) => {
    let running: Promise<T> | null = null;
    return async (): Promise<T> => {
      running ??= start().then(one => {
        started.defer(one.stop);
        return one;
      });
      return running;
    };
  };
  const server = once(() => startServer(join(folder, 'server'), template));
  const redis = once(() => startRedis(folder));
  let count = 0;
  return {
    /** The environment for a Gatehouse with this state folder, and the URL of its database. */
    async furnish({ queue, database }: Setting, stateDir: string) {
      count += 1;
      const name = count;
      const env: Record<string, string> = {};
      if (queue === 'redis') env.REDIS_URL = `redis://127.0.0.1:${(await redis()).port}/${name}`;
      if (database === 'server') {
        const url = await (await server()).create(`walk_${name}`);
        return { env: { ...env, DATABASE_URL: url }, url };
      }
      await mkdir(stateDir, { recursive: true });
      await copy(join(template, 'postgres'), stateDir);
      const { url } = await openCluster(stateDir, await findBinaries());
      return { env, url };
    },
    close: () => started.disposeAsync(),
  };
}

async function migrate(url: string): Promise<void> {
  await applyMigrations(url);
  const queue = await createQueue({ kind: 'postgres', url }, () => {});
  const consumer = await queue.consume(async () => {}, { concurrency: 1 });
  await consumer.stop(0);
  await queue.close();
}

/** Starts PostgreSQL as a server on a port, with a database for each walk. */
async function startServer(stateDir: string, template: string) {
  const binaries = await findBinaries();
  await mkdir(stateDir);
  await copy(join(template, 'postgres'), stateDir);
  const { data, socket } = await openCluster(stateDir, binaries);
  const port = await lastingPort();
  const settings = [
    ...['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${socket}`],
    ...['timezone=UTC', 'jit=off', 'max_connections=500', 'log_min_messages=fatal'],
  ];
  const command = [binaries.postgres, '-D', data, ...settings.flatMap(set => ['-c', set])];
  const child = spawnPostgres('INT', command, 'ignore');
  const at = (name: string) => `postgresql://gatehouse@127.0.0.1:${port}/${name}`;
  const ask = async (sql: string) => {
    const client = new pg.Client({ connectionString: at('template1') });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await until('the PostgreSQL server', () =>
    ask('SELECT').then(
      () => true,
      () => false,
    ),
  );
  let copying: Promise<void> = Promise.resolve();
  return {
    async create(name: string): Promise<string> {
      // PostgreSQL copies a template only once at a time.
      copying = copying.then(() => ask(`CREATE DATABASE ${name} TEMPLATE postgres`));
      await copying;
      return at(name);
    },
    stop: () => end(child),
  };
}

async function startRedis(folder: string) {
  const { file, libraries } = await findRedis();
  const program = join(folder, 'redis-server');
  await symlink(file, program);
  const port = await lastingPort();
  const settings = [
    '--bind',
    '127.0.0.1',
    '--port',
    `${port}`,
    '--save',
    '',
    '--databases',
    '5000',
  ];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...settings], {
    cwd: folder,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, LD_LIBRARY_PATH: libraries },
  });
  await until('the Redis server', async () => {
    const redis = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null });
    redis.on('error', () => {});
    const there = await redis.connect().then(
      () => true,
      () => false,
    );
    redis.disconnect();
    return there;
  });
  return { port, stop: () => end(child) };
}

/** Copies with `cp`, which is much faster than Node for a thousand small files. */
const copy = (from: string, into: string) =>
  promisify(execFile)('cp', ['-a', '--reflink=auto', from, into]);

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
