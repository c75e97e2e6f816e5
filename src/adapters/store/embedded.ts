/**
 * A PostgreSQL of our own, from the npm package's programs. Every process with the same state folder
 * shares one server: the first starts it, the others attach; if it goes away while somebody still
 * needs it, one of them starts it again.
 */
import type { ChildProcess } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Binaries, findBinaries, spawnFault, spawnPostgres } from './binaries.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { removeStalePidFile, servingPid } from './pid-file.ts';

export type EmbeddedPostgres = {
  /** For pg, Prisma and BullMQ alike. */
  url: string;
  /** Ends the server only where this process started it. Until then the process stays alive. */
  stop(): Promise<void>;
};

type Log = (message: string) => void;
/** A connection that notices the server's end, and the server where it is our child. */
type Watch = { client: pg.Client; ended: Promise<void>; child: ChildProcess | null };

/** Recovery after a crash is the slowest of starts. */
const START_MS = 60_000;
const CONNECT_MS = 5_000;
const STARTS = 3;
const STOP_MS = 10_000;

export async function startEmbeddedPostgres(parts: {
  stateDir: string;
  log?: Log;
}): Promise<EmbeddedPostgres> {
  const log = parts.log ?? (() => {});
  const binaries = await findBinaries();
  const cluster = await openCluster(parts.stateDir, binaries);
  let stopping = false;
  let watch = await reach(cluster, binaries, log);
  const guarding = guard();

  async function guard() {
    await watch.ended;
    while (!stopping) {
      log('the embedded PostgreSQL went away: starting it again');
      try {
        watch = await reach(cluster, binaries, log);
        if (!stopping) await watch.ended;
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
      await watch.client.end().catch(() => {});
      await guarding;
      await watch.client.end().catch(() => {});
      if (watch.child) await end(cluster, watch.child);
    },
  };
}

/** Attaches to the server that runs, or starts one. */
async function reach(cluster: Cluster, binaries: Binaries, log: Log): Promise<Watch> {
  const deadline = Date.now() + START_MS;
  let child: ChildProcess | null = null;
  let fault = '';
  for (let starts = 0; Date.now() < deadline; ) {
    const connected = await connect(cluster);
    if (connected) {
      const ours = child !== null && (await isOurs(cluster, child)) ? child : null;
      log(`${ours ? 'started' : 'attached to'} the embedded PostgreSQL in ${cluster.data}`);
      return { ...connected, child: ours };
    }
    const comingUp = child !== null && child.exitCode === null && child.signalCode === null;
    if (comingUp || (await servingPid(cluster.data)) !== null) {
      await sleep(20);
      continue;
    }
    // Of two that start at once one ends at once: that is no fault unless it repeats.
    if (fault !== '' || starts === STARTS)
      throw new Error(`PostgreSQL did not start: ${fault || (await lastWords(cluster))}`);
    await removeStalePidFile(cluster.data);
    starts += 1;
    child = await launch(cluster, binaries, error => {
      fault = spawnFault(error);
    });
  }
  throw new Error(`PostgreSQL did not answer within ${START_MS / 1000} s: see ${cluster.log}`);
}

async function launch(
  { data, log, socket }: Cluster,
  { postgres }: Binaries,
  failed: (error: Error) => void,
) {
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${socket}`,
    'unix_socket_permissions=0700',
    'timezone=UTC',
    'log_timezone=UTC',
    'jit=off',
    'max_connections=200',
    // Statements that fail are the client's to tell; the log keeps what befalls the server.
    'log_min_messages=log',
    'log_checkpoints=off',
  ];
  const command = [postgres, '-D', data, ...settings.flatMap(setting => ['-c', setting])];
  const file = await open(log, 'a', 0o600);
  const child = spawnPostgres('INT', command, ['ignore', file.fd, file.fd]);
  // Heard before anything is awaited: unheard, it would end the process.
  child.once('error', failed);
  await file.close();
  child.unref();
  return child;
}

async function connect({ url }: Cluster): Promise<Omit<Watch, 'child'> | null> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'gatehouse watch',
    connectionTimeoutMillis: CONNECT_MS,
  });
  client.on('error', () => {});
  const ended = new Promise<void>(done => client.once('end', done));
  try {
    await client.connect();
    return { client, ended };
  } catch {
    return null;
  }
}

/** Under bubblewrap our child is the server's parent. */
async function isOurs(cluster: Cluster, child: ChildProcess): Promise<boolean> {
  const pid = await servingPid(cluster.data);
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return pid === child.pid || Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]) === child.pid;
}

/** Fast shutdown: open transactions are rolled back, everything is flushed. */
async function end(cluster: Cluster, child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise(done => child.once('exit', done));
  child.ref();
  // bubblewrap passes no signals on: the server itself gets it.
  const signal = async (name: 'SIGINT' | 'SIGQUIT') => {
    const pid = await servingPid(cluster.data);
    if (pid !== null) process.kill(pid, name);
  };
  await signal('SIGINT');
  const late = setTimeout(() => void signal('SIGQUIT'), STOP_MS);
  await ended;
  clearTimeout(late);
}

const lastWords = async ({ log }: Cluster) =>
  (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-5).join('\n');
