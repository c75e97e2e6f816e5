/** A Redis of a test's own, on a socket in a folder of its own or on an address, with nothing kept on disk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findRedis } from './find-redis.ts';

export type RedisServer = {
  /** For `REDIS_URL`. */
  url: string;
  /** Kills it, with all it knows. */
  kill(): Promise<void>;
  /** Starts it again, empty. */
  start(): Promise<void>;
  /** Stops it in its tracks: connections stand, and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Ends it for good. */
  stop(): Promise<void>;
};

export async function startRedis(
  on: { host: string; port: number } | null = null,
): Promise<RedisServer> {
  const { file, libraries } = await findRedis();
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-redis-'));
  const url = on ? `redis://${on.host}:${on.port}` : join(folder, 'redis.sock');
  const place = on
    ? ['--bind', on.host, '--port', `${on.port}`, '--protected-mode', 'no']
    : ['--port', '0', '--unixsocket', url];
  const settings = [...place, '--save', '', '--dir', folder];
  // One program of several names: it is the server under this one.
  const program = join(folder, 'redis-server');
  await symlink(file, program);
  let child: ChildProcess;

  async function start() {
    // It ends with us, however we end.
    child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...settings], {
      stdio: 'ignore',
      env: { PATH: process.env.PATH, LD_LIBRARY_PATH: libraries },
    });
    await answer(url);
  }
  async function kill() {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  await start();
  return {
    url,
    start,
    kill,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async stop() {
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}

async function answer(url: string): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  redis.on('error', () => {});
  const silence = new Error('redis-server does not answer');
  const late = AbortSignal.timeout(10_000);
  try {
    await Promise.race([redis.ping(), once(late, 'abort').then(() => Promise.reject(silence))]);
  } finally {
    redis.disconnect();
  }
}
