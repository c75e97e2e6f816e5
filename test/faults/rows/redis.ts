/** A Redis for faults, on a port, which keeps nothing on disk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findRedis } from '../../adapters/queue/find-redis.ts';
import { until } from '../../demo/until.ts';
import { lastingPort } from '../lasting-port.ts';

export type RedisServer = {
  env: Record<string, string>;
  flush(): Promise<void>;
  kill(): Promise<void>;
  /** Starts it again, empty. */
  start(): Promise<void>;
};

export async function prepareRedis(folder: string): Promise<RedisServer> {
  const { file, libraries } = await findRedis();
  await mkdir(folder);
  const program = join(folder, 'redis-server');
  // The program has several names and is the server under this one.
  await symlink(file, program);
  const port = await lastingPort();
  const settings = ['--bind', '127.0.0.1', '--port', `${port}`, '--save', ''];
  let child: ChildProcess;
  const ask = async (command: (redis: Redis) => Promise<unknown>): Promise<boolean> => {
    const redis = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null });
    redis.on('error', () => {});
    return redis
      .connect()
      .then(() => command(redis))
      .then(() => true)
      .catch(() => false)
      .finally(() => redis.disconnect());
  };
  const start = async () => {
    child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...settings], {
      cwd: folder,
      stdio: 'ignore',
      env: { PATH: process.env.PATH, LD_LIBRARY_PATH: libraries },
    });
    await until('Redis', () => ask(redis => redis.ping()));
  };
  await start();
  return {
    env: { REDIS_URL: `redis://127.0.0.1:${port}` },
    start,
    async flush() {
      if (!(await ask(redis => redis.flushall()))) throw new Error('Redis was not flushed');
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
