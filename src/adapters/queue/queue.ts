/**
 * The queue on BullMQ, over PostgreSQL or Redis. It retries nothing (the core does) and keeps
 * nothing that is done. What it guarantees: a job that was added runs, and starts after its adding.
 */
import { createHash } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import { z } from 'zod';
import type { Job, Queue } from '../../engine/ports/queue.ts';
import { type Backend, connectPostgres, connectRedis } from './backend.ts';
import { consume } from './consume.ts';

export type QueueSettings = { kind: 'postgres' | 'redis'; url: string };

/** The queue may be down for long; nobody who adds to it waits longer than this. */
const ADD_MS = 5_000;

const Payload: z.ZodType<Job> = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('delivery'), guid: z.string() }),
  z.strictObject({ name: z.literal('effect'), stream: z.string(), key: z.string() }),
]);

export async function createQueue(
  { kind, url }: QueueSettings,
  log: (message: string) => void,
): Promise<Queue> {
  const backend: Backend = kind === 'redis' ? connectRedis(url, log) : connectPostgres(url, log);
  const { queue } = backend;
  return {
    async add(jobs) {
      const entries = jobs.map(({ job, delayMs }) => ({
        name: job.name,
        data: job,
        opts: optionsOf(job, delayMs),
      }));
      await within(ADD_MS, queue.addBulk(entries));
    },
    consume: (handler, { concurrency }) =>
      consume(backend, (data, signal) => handler(Payload.parse(data), signal), concurrency, log),
    close: () => backend.close(),
  };
}

function optionsOf(job: Job, delayMs: number): JobsOptions {
  if (!Number.isInteger(delayMs) || delayMs < 0)
    throw new Error(`a delay is a whole number of milliseconds, not ${delayMs}`);
  const id = createHash('sha256')
    .update(JSON.stringify(Payload.parse(job)))
    .digest('hex');
  return {
    delay: delayMs,
    attempts: 1,
    // On PostgreSQL, keeping some by count or age deadlocks.
    removeOnComplete: true,
    removeOnFail: true,
    // Waiting: the two are one, at the new time. Running: it runs once more afterwards.
    deduplication: { id, keepLastIfActive: true, reschedule: true },
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the queue took no jobs within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
