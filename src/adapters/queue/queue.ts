/**
 * The queue on BullMQ, over PostgreSQL or Redis. It retries nothing (the core does) and keeps
 * nothing that is done. What it guarantees: a job that was added runs, and starts after its adding.
 */
import { hash } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import { z } from 'zod';
import type { Job, Queue } from '../../engine/ports/queue.ts';
import { connectPostgres, connectRedis, type Entry } from './backend.ts';
import { consume } from './consume.ts';

export type QueueSettings = { kind: 'postgres' | 'redis'; url: string };

const Payload: z.ZodType<Job> = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('delivery'), guid: z.string() }),
  z.strictObject({ name: z.literal('effect'), stream: z.string(), key: z.string() }),
]);

export async function createQueue(
  { kind, url }: QueueSettings,
  log: (message: string) => void,
): Promise<Queue> {
  const backend = kind === 'redis' ? connectRedis(url, log) : connectPostgres(url, log);
  return {
    async add(jobs) {
      await backend.add(jobs.map(({ job, delayMs }) => entryOf(job, delayMs)));
    },
    consume: (handler, { concurrency }) =>
      consume(backend, (data, signal) => handler(Payload.parse(data), signal), concurrency, log),
    close: () => backend.close(),
  };
}

function entryOf(job: Job, delayMs: number): Entry {
  if (!Number.isInteger(delayMs) || delayMs < 0)
    throw new Error(`a delay is a whole number of milliseconds, not ${delayMs}`);
  return { name: job.name, data: job, opts: { ...KEEP, delay: delayMs, ...twinsOf(job) } };
}

// On PostgreSQL, keeping some by count or age deadlocks.
const KEEP: JobsOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true };

/** What becomes of a job whose twin is there already. */
function twinsOf(job: Job): JobsOptions {
  // It is the same work, whenever it is added.
  if (job.name === 'delivery') return { jobId: `delivery-${job.guid}` };
  const id = hash('sha256', `${job.stream} ${job.key}`);
  // Waiting: the two are one, at the new time. Running: it runs once more afterwards.
  return { deduplication: { id, keepLastIfActive: true, reschedule: true } };
}
