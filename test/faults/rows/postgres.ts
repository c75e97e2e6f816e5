/** A PostgreSQL for faults: the embedded one of Gatehouse, or a server on a port. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { openCluster } from '../../../src/adapters/store/embedded/cluster.ts';
import { servingPid } from '../../../src/adapters/store/embedded/pid-file.ts';
import {
  findBinaries,
  type PostgresBinaries,
  spawnPostgres,
} from '../../../src/adapters/store/embedded/postgres-binaries.ts';
import { until } from '../../demo/until.ts';
import { lastingPort } from '../lasting-port.ts';

export type Postgres = {
  url: string;
  /** The environment with `DATABASE_URL`; empty for the embedded database. */
  env: Record<string, string>;
  /** Stops it as an operator would, or by SIGKILL; resolves once it has ended. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** Freezes all its processes, and continues them. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Starts a server again; the embedded one is started by a process that needs it. */
  start(): Promise<void>;
  /** Ends it. */
  end(): Promise<void>;
};

/** Copies an empty data folder, which is quicker than creating one. */
let template: Promise<string> | null = null;
async function makeTemplate(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-rows-template-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await openCluster(folder, await findBinaries());
  return folder;
}

/** As an operator does: older servers have no locale of their own that Gatehouse's embedded one is made with. */
async function initialize({ initdb }: PostgresBinaries, data: string): Promise<void> {
  await mkdir(dirname(data), { recursive: true, mode: 0o700 });
  const options = ['--username', 'gatehouse', '--auth=trust', '--no-sync', '--encoding=UTF8'];
  const child = spawnPostgres('KILL', [initdb, '--pgdata', data, ...options], 'ignore');
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`initdb ended with ${code}`);
}

/** `programs`: those of a server of another version than the embedded one. */
export async function preparePostgres(
  kind: 'embedded' | 'server',
  state: string,
  programs?: PostgresBinaries,
) {
  const folder = kind === 'embedded' ? state : `${state}-server`;
  await mkdir(folder, { recursive: true });
  const data = join(folder, 'postgres/data');
  if (programs) await initialize(programs, data);
  else {
    template ??= makeTemplate();
    await cp(join(await template, 'postgres/data'), data, { recursive: true });
  }
  const binaries = programs ?? (await findBinaries());
  const cluster = await openCluster(folder, binaries);
  const signal = async (name: NodeJS.Signals) => {
    const pid = await servingPid(cluster.data);
    if (pid !== null) process.kill(pid, name);
    return pid;
  };
  const signalAll = async (name: NodeJS.Signals) => {
    const pid = await servingPid(cluster.data);
    if (pid === null) throw new Error('PostgreSQL does not run');
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    for (const each of [pid, ...children.split(' ').filter(Boolean).map(Number)])
      process.kill(each, name);
  };
  const gone = async (pid: number | null) => {
    if (pid !== null) await until('PostgreSQL to be gone', async () => !isAlive(pid));
  };
  const common = {
    stop: async () => gone(await signal('SIGINT')),
    kill: async () => gone(await signal('SIGKILL')),
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
  };
  if (kind === 'embedded')
    return { ...common, url: cluster.url, env: {}, start: async () => {}, end: async () => {} };
  const port = await lastingPort();
  const url = `postgresql://gatehouse@127.0.0.1:${port}/postgres`;
  const settings = [
    ...['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${cluster.socket}`],
    ...['timezone=UTC', 'jit=off', 'max_connections=200', 'log_min_messages=fatal'],
  ];
  const start = async () => {
    // A killed server leaves its pid file, and its children need a moment to end.
    await rm(join(cluster.data, 'postmaster.pid'), { force: true });
    const command = [binaries.postgres, '-D', cluster.data];
    const child = spawnPostgres('INT', [...command, ...settings.flatMap(s => ['-c', s])], 'ignore');
    child.unref();
    await until('the PostgreSQL server', () => answers(url));
  };
  await start();
  return { ...common, url, env: { DATABASE_URL: url }, start, end: common.stop };
}

export async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
