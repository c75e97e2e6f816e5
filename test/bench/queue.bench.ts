/**
 * Measures the queue beside bare BullMQ with the same options, each with a queue of its own on one
 * server: 20 callers add jobs, and one worker takes them, until all have run. Each has the
 * durability that it asks for, and nothing else runs on the server.
 */
import { createPostgresBackend, createRedisBackend, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { createQueue } from '../../src/adapters/queue/queue.ts';
import type { Queue } from '../../src/engine/ports/queue.ts';
import { startRedis } from '../adapters/queue/redis-server.ts';
import { compared, type Figure } from '../figures/figures.ts';
import { openDatabases } from './log/databases.ts';
import { alternate, timed } from './rounds.ts';

export const name = 'queue';

const AT_ONCE = 20;
const CONCURRENCY = 16;

/** Adds a job; `ran` is called when it has run. */
type Runner = { add(key: string): Promise<unknown>; close(): Promise<void> };
type Start = (ran: (key: string) => void) => Promise<Runner>;

export async function measure(): Promise<Figure[]> {
  const redis = await startRedis();
  const { databases, close } = await openDatabases(['ours', 'bare']);
  try {
    const [ours, bare] = databases.map(({ url }) => url);
    return [
      await measured({
        backend: 'PostgreSQL',
        jobs: 1_000,
        ours: gatehouse('postgres', ours ?? ''),
        bare: onPostgres(bare ?? ''),
      }),
      await measured({
        backend: 'Redis',
        jobs: 5_000,
        ours: gatehouse('redis', redis.url),
        bare: onRedis(redis.url),
      }),
    ];
  } finally {
    await close();
    await redis.stop();
  }
}

/** Enough jobs that a round takes about a second. */
type Beside = { backend: string; jobs: number; ours: Start; bare: Start };

async function measured({ backend, jobs, ours, bare }: Beside): Promise<Figure> {
  await using closing = new AsyncDisposableStack();
  const [first, second] = [await runs(jobs, ours), await runs(jobs, bare)];
  for (const { close } of [first, second]) closing.defer(close);
  const rates = await alternate(5, first.round, second.round);
  return compared(
    `queue on ${backend}, beside bare BullMQ`,
    { value: rates.ours, unit: 'jobs/s', baseline: rates.plain },
    {
      least: 0.85,
    },
  );
}

async function runs(jobs: number, start: Start) {
  const waiting = new Set<string>();
  let done = () => {};
  const runner = await start(key => {
    waiting.delete(key);
    if (waiting.size === 0) done();
  });
  let count = 0;
  return {
    close: runner.close,
    async round(): Promise<number> {
      const keys = Array.from({ length: jobs }, () => `key-${++count}`);
      for (const key of keys) waiting.add(key);
      const ended = new Promise<void>(resolve => {
        done = resolve;
      });
      const ms = await timed(async () => {
        const adding = Array.from({ length: AT_ONCE }, async () => {
          for (let key = keys.pop(); key !== undefined; key = keys.pop()) await runner.add(key);
        });
        await Promise.all([...adding, ended]);
      });
      return (jobs * 1000) / ms;
    },
  };
}

const gatehouse =
  (kind: 'postgres' | 'redis', url: string): Start =>
  async ran => {
    const queue: Queue = await createQueue({ kind, url }, () => {});
    const consumer = await queue.consume(
      async job => {
        if (job.name === 'effect') ran(job.key);
      },
      { concurrency: CONCURRENCY },
    );
    return {
      add: key => queue.add([{ job: { name: 'effect', stream: 'task/1', key }, delayMs: 0 }]),
      close: async () => {
        await consumer.stop(0);
        await queue.close();
      },
    };
  };

/** The options that Gatehouse's queue gives BullMQ for each job. */
const options = (key: string) => ({
  attempts: 1,
  removeOnComplete: true,
  removeOnFail: true,
  deduplication: { id: key, keepLastIfActive: true, reschedule: true },
});

const onPostgres =
  (url: string): Start =>
  async ran => {
    const { Queue, Worker } = withBackend(createPostgresBackend);
    const connection = { connectionString: url, schema: 'bullmq', max: 5, migrate: true };
    const queue = new Queue('bare', { connection });
    const worker = new Worker('bare', async ({ data }) => ran(data.key), {
      connection,
      concurrency: CONCURRENCY,
    });
    queue.on('error', () => {});
    worker.on('error', () => {});
    await worker.waitUntilReady();
    return {
      add: key => queue.add('effect', { name: 'effect', stream: 'task/1', key }, options(key)),
      close: async () => void (await Promise.all([worker.close(), queue.close()])),
    };
  };

const onRedis =
  (url: string): Start =>
  async ran => {
    const { Queue, Worker } = withBackend(createRedisBackend);
    const [one, two] = [new Redis(url), new Redis(url, { maxRetriesPerRequest: null })];
    const queue = new Queue('bare', { connection: one });
    const worker = new Worker('bare', async ({ data }) => ran(data.key), {
      connection: two,
      concurrency: CONCURRENCY,
    });
    queue.on('error', () => {});
    worker.on('error', () => {});
    await worker.waitUntilReady();
    return {
      add: key => queue.add('effect', { name: 'effect', stream: 'task/1', key }, options(key)),
      async close() {
        await Promise.all([worker.close(), queue.close()]);
        for (const redis of [one, two]) redis.disconnect();
      },
    };
  };
