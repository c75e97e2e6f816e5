/** What BullMQ stands on: its tables in a schema of PostgreSQL, or Redis. */
import {
  createPostgresBackend,
  createRedisBackend,
  type JobsOptions,
  type Processor,
  type Worker,
  withBackend,
} from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { Job } from '../../engine/ports/queue.ts';
import { within } from '../../engine/ports/time-limit.ts';
import { type Batches, gather } from './gather.ts';

type Log = (message: string) => void;

/** Of BullMQ's worker what is the same on both. */
type Taker = Pick<Worker, 'close' | 'cancelJob' | 'cancelAllJobs' | 'waitUntilReady'> & {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'lockRenewalFailed', listener: (ids: string[]) => void): unknown;
};

export type Entry = { name: string; data: Job; opts: JobsOptions };

export type Backend = {
  add(entries: Entry[]): Promise<unknown>;
  work(processor: Processor, concurrency: number): Taker;
  close(): Promise<void>;
};

/** Nobody waits for them, and each batch costs a transaction beside those that store deliveries. */
const DELIVERIES: Batches = { most: 200, pauseMs: 25 };
/** Their adders wait. */
const EFFECTS: Batches = { most: 50, pauseMs: 0 };

const NAME = 'gatehouse';

/** The queue may be down for long; nobody who adds to it waits longer than two batches of this. */
const ADD_MS = 5_000;

/** A killed worker's jobs return within about the sum of the two. */
const LOCK_MS = 5_000;
const STALLED_MS = 2_500;
/** Jobs come back however often their workers die: the core counts attempts. */
const STALLED_COUNT = 1_000_000;

const workerOptions = (concurrency: number) => ({
  concurrency,
  lockDuration: LOCK_MS,
  stalledInterval: STALLED_MS,
  maxStalledCount: STALLED_COUNT,
});

export function connectPostgres(url: string, log: Log): Backend {
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const connection = {
    connectionString: url,
    schema: 'bullmq',
    max: 5,
    migrate: true,
    // A hint need not reach the disk: what a crash of the server takes with it, the sweep finds.
    options: '-c synchronous_commit=off',
  };
  const queue = new Queue(NAME, { connection });
  queue.on('error', error => log(`queue: ${error.message}`));
  // Apart, because BullMQ takes jobs that need no deduplication several times faster.
  const inBatches = (batches: Batches) =>
    gather<Entry>(entries => addedInTime(queue.addBulk(entries)), batches);
  const [deliveries, effects] = [inBatches(DELIVERIES), inBatches(EFFECTS)];
  return {
    async add(entries) {
      const [first, rest] = [
        entries.filter(({ name }) => name === 'delivery'),
        entries.filter(({ name }) => name !== 'delivery'),
      ];
      await Promise.all([first.length > 0 && deliveries(first), rest.length > 0 && effects(rest)]);
    },
    work: (processor, concurrency) =>
      new Worker(NAME, processor, { connection, ...workerOptions(concurrency) }),
    close: () => queue.close(),
  };
}

export function connectRedis(url: string, log: Log): Backend {
  const { Queue, Worker } = withBackend(createRedisBackend);
  const connect = (options: RedisOptions): Redis => {
    const redis = new Redis(url, options);
    redis.on('error', error => log(`queue: ${error.message}`));
    return redis;
  };
  // While Redis is away, adding fails at once instead of piling up here.
  const producer = connect({ enableOfflineQueue: false, maxRetriesPerRequest: 1 });
  const connections = [producer];
  const queue = new Queue(NAME, { connection: producer, prefix: 'gatehouse' });
  queue.on('error', error => log(`queue: ${error.message}`));
  return {
    // What is added at once goes together over the one connection: bulks are slower here.
    add(entries) {
      const adding = entries.map(({ name, data, opts }) => queue.add(name, data, opts));
      return addedInTime(Promise.all(adding));
    },
    work(processor, concurrency) {
      const connection = connect({ maxRetriesPerRequest: null });
      connections.push(connection);
      return new Worker(NAME, processor, {
        connection,
        prefix: 'gatehouse',
        ...workerOptions(concurrency),
      });
    },
    async close() {
      await queue.close();
      for (const redis of connections) redis.disconnect();
    },
  };
}

const addedInTime = <T>(adding: Promise<T>): Promise<T> =>
  within(ADD_MS, adding, () => {
    throw new Error(`the queue took no jobs within ${ADD_MS} ms`);
  });
