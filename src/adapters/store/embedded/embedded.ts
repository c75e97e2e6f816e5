/**
 * An embedded PostgreSQL, run from the npm package's programs. All processes with the same state
 * folder share one server: the first starts it and the others connect to it. If it ends while some
 * process still needs it, one of them starts it again.
 */
import type { ChildProcess } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Cluster, openCluster } from './cluster.ts';
import { removeStalePidFile, servingPid } from './pid-file.ts';
import {
  findBinaries,
  type PostgresBinaries,
  spawnPostgres,
  spawnProblem,
} from './postgres-binaries.ts';
import { lastWords } from './server-words.ts';

type EmbeddedPostgres = {
  /** The connection URL for pg, Prisma and BullMQ. */
  url: string;
  /** Disconnects, and ends the server where this process started it. Until then the process runs on. */
  stop(): Promise<void>;
};

type Log = (message: string) => void;
/** A connection that reports the server's end, and the server's process where it is a child of ours. */
type ServerConnection = { client: pg.Client; ended: Promise<void>; child: ChildProcess | null };

/** The time for a start, of which recovery after a crash is the slowest. */
const START_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
const MAX_STARTS = 3;
const STOP_TIMEOUT_MS = 10_000;

export async function startEmbeddedPostgres(options: {
  stateDir: string;
  log?: Log;
  /** A command that soon ends. The server is not ended under it: it does not try again what failed. */
  brief?: boolean;
}): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const binaries = await findBinaries();
  const cluster = await openCluster(options.stateDir, binaries);
  const use = { brief: options.brief ?? false };
  let stopping = false;
  let server = await connectOrStart({ cluster, binaries, use }, log);
  const restarting = restartUntilStopped();

  async function restartUntilStopped() {
    await server.ended;
    while (!stopping) {
      log('the embedded PostgreSQL ended: starting it again');
      try {
        server = await connectOrStart({ cluster, binaries, use }, log);
        if (!stopping) await server.ended;
      } catch (error) {
        log(`the embedded PostgreSQL does not start: ${(error as Error).message}`);
        await sleep(1_000);
      }
    }
  }

  return {
    url: cluster.url,
    async stop() {
      if (stopping) return;
      stopping = true;
      if (server.child) {
        await unusedByCommands(server.client).catch(() => {});
        await shutDown(cluster, server.child);
      }
      await server.client.end().catch(() => {});
      await restarting;
      await server.client.end().catch(() => {});
      if (server.child) await shutDown(cluster, server.child);
    },
  };
}

/** Any number that nothing else in this database locks. */
const IN_USE = 7_318_204;
/** Longer than nearly every command takes. */
const COMMANDS_MS = 60_000;

/**
 * Waits until no command uses the server, and lets none begin: it waits for the lock until the server
 * has ended, and starts one of its own.
 */
async function unusedByCommands(client: pg.Client): Promise<void> {
  await client.query('SELECT pg_advisory_unlock_all()');
  await client.query(`SET lock_timeout = ${COMMANDS_MS}`);
  await client.query('SELECT pg_advisory_lock($1)', [IN_USE]);
}

type Start = { cluster: Cluster; binaries: PostgresBinaries; use: { brief: boolean } };

/** Connects to the running server, or starts one. */
async function connectOrStart(
  { cluster, binaries, use }: Start,
  log: Log,
): Promise<ServerConnection> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let child: ChildProcess | null = null;
  let problem = '';
  for (let starts = 0; Date.now() < deadline; ) {
    const connected = await connect(cluster, use);
    if (connected) {
      const own = child !== null && (await isServedBy(cluster, child)) ? child : null;
      log(`${own ? 'started' : 'attached to'} the embedded PostgreSQL in ${cluster.data}`);
      return { ...connected, child: own };
    }
    const starting = child !== null && child.exitCode === null && child.signalCode === null;
    if (starting || (await servingPid(cluster.data)) !== null) {
      await sleep(20);
      continue;
    }
    // Of two servers that start at the same time one ends; only if that repeats is it a failure.
    if (problem !== '' || starts === MAX_STARTS)
      throw new Error(`PostgreSQL did not start: ${problem || lastWords(await logTail(cluster))}`);
    await removeStalePidFile(cluster.data);
    starts += 1;
    child = await startServer(cluster, binaries, error => {
      problem = spawnProblem(error);
    });
  }
  throw new Error(
    `PostgreSQL did not answer within ${START_TIMEOUT_MS / 1000} s: see ${cluster.log}`,
  );
}

async function startServer(
  { data, log, socket }: Cluster,
  { postgres }: PostgresBinaries,
  onError: (error: Error) => void,
) {
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${socket}`,
    'unix_socket_permissions=0700',
    'timezone=UTC',
    'log_timezone=UTC',
    'jit=off',
    'max_connections=200',
    // Clients report failed statements; the log is for what happens to the server itself.
    'log_min_messages=log',
    'log_checkpoints=off',
  ];
  const command = [postgres, '-D', data, ...settings.flatMap(setting => ['-c', setting])];
  const file = await open(log, 'a', 0o600);
  const child = spawnPostgres('INT', command, ['ignore', file.fd, file.fd]);
  // The listener is added before anything is awaited: an error without one would end the process.
  child.once('error', onError);
  await file.close();
  child.unref();
  return child;
}

async function connect(
  { url }: Cluster,
  { brief }: Start['use'],
): Promise<Omit<ServerConnection, 'child'> | null> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'gatehouse watch',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => {});
  const ended = new Promise<void>(done => client.once('end', done));
  try {
    await client.connect();
    if (brief) await client.query('SELECT pg_advisory_lock_shared($1)', [IN_USE]);
    return { client, ended };
  } catch {
    return null;
  }
}

/** Whether the child is the server, or, under bubblewrap, the server's parent. */
async function isServedBy(cluster: Cluster, child: ChildProcess): Promise<boolean> {
  const pid = await servingPid(cluster.data);
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return pid === child.pid || Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]) === child.pid;
}

/** Ends the server by a fast shutdown: it rolls open transactions back and flushes its data. */
async function shutDown(cluster: Cluster, child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise(done => child.once('exit', done));
  child.ref();
  // bubblewrap does not forward signals, so the signal is sent to the server itself.
  const signal = async (name: 'SIGINT' | 'SIGQUIT') => {
    const pid = await servingPid(cluster.data);
    if (pid !== null) process.kill(pid, name);
  };
  await signal('SIGINT');
  const late = setTimeout(() => void signal('SIGQUIT'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(late);
}

const logTail = async ({ log }: Cluster) =>
  (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-5).join('\n');
