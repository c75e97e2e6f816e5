/** BullMQ's two backends: tables in a schema of PostgreSQL, and Redis. */
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
import { type BatchOptions, createBatcher } from './batcher.ts';

type Log = (message: string) => void;

/** The part of BullMQ's worker that is the same with both backends. */
type BackendWorker = Pick<Worker, 'close' | 'cancelJob' | 'cancelAllJobs' | 'waitUntilReady'> & {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'lockRenewalFailed', listener: (ids: string[]) => void): unknown;
};

export type QueueEntry = { name: string; data: Job; opts: JobsOptions };

export type QueueBackend = {
  add(entries: QueueEntry[]): Promise<unknown>;
  work(processor: Processor, concurrency: number): BackendWorker;
  close(): Promise<void>;
};

/**
 * Batches of deliveries pause, because no caller waits for them, and BullMQ makes two temporary tables in
 * PostgreSQL for each: milliseconds of a processor that those need which store deliveries.
 */
const DELIVERY_BATCHES: BatchOptions = { maxItems: 1_000, pauseMs: 100 };
/** Batches of effects do not pause, because their callers wait. */
const EFFECT_BATCHES: BatchOptions = { maxItems: 50, pauseMs: 0 };

const QUEUE_NAME = 'gatehouse';

/** The time limit of a batch: where the queue is down, a caller waits for at most two batches. */
const ADD_TIMEOUT_MS = 5_000;

/** The jobs of a killed worker are taken again after about the sum of these two. */
const LOCK_DURATION_MS = 5_000;
const STALLED_INTERVAL_MS = 2_500;
/** Jobs are taken again however often their workers die, because the core counts attempts. */
const MAX_STALLED_COUNT = 1_000_000;

const workerOptions = (concurrency: number) => ({
  concurrency,
  lockDuration: LOCK_DURATION_MS,
  stalledInterval: STALLED_INTERVAL_MS,
  maxStalledCount: MAX_STALLED_COUNT,
});

export function connectPostgres(url: string, log: Log): QueueBackend {
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const connection = {
    connectionString: url,
    schema: 'bullmq',
    max: 5,
    migrate: true,
    // Jobs need not reach the disk: the sweep of the log adds those again that a crash lost.
    options: '-c synchronous_commit=off',
  };
  const queue = new Queue(QUEUE_NAME, { connection });
  queue.on('error', error => log(`queue: ${error.message}`));
  // Deliveries have batches of their own: BullMQ adds jobs without deduplication much faster.
  const inBatches = (batches: BatchOptions) =>
    createBatcher<QueueEntry>(entries => addedInTime(queue.addBulk(entries)), batches);
  const [deliveries, effects] = [inBatches(DELIVERY_BATCHES), inBatches(EFFECT_BATCHES)];
  return {
    async add(entries) {
      const [first, rest] = [
        entries.filter(({ name }) => name === 'delivery'),
        entries.filter(({ name }) => name !== 'delivery'),
      ];
      await Promise.all([first.length > 0 && deliveries(first), rest.length > 0 && effects(rest)]);
    },
    work: (processor, concurrency) =>
      new Worker(QUEUE_NAME, processor, { connection, ...workerOptions(concurrency) }),
    close: () => queue.close(),
  };
}

export function connectRedis(url: string, log: Log): QueueBackend {
  const { Queue, Worker } = withBackend(createRedisBackend);
  const connect = (options: RedisOptions): Redis => {
    const redis = new Redis(url, options);
    redis.on('error', error => log(`queue: ${error.message}`));
    return redis;
  };
  // While Redis is unreachable, adding fails at once instead of queueing in memory.
  const producer = connect({ enableOfflineQueue: false, maxRetriesPerRequest: 1 });
  const connections = [producer];
  const queue = new Queue(QUEUE_NAME, { connection: producer, prefix: 'gatehouse' });
  queue.on('error', error => log(`queue: ${error.message}`));
  return {
    // Single adds are pipelined over the one connection, which is faster than bulks here.
    add(entries) {
      const adding = entries.map(({ name, data, opts }) => queue.add(name, data, opts));
      return addedInTime(Promise.all(adding));
    },
    work(processor, concurrency) {
      const connection = connect({ maxRetriesPerRequest: null });
      connections.push(connection);
      return new Worker(QUEUE_NAME, processor, {
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
  within(ADD_TIMEOUT_MS, adding, () => {
    throw new Error(`the queue took no jobs within ${ADD_TIMEOUT_MS} ms`);
  });
