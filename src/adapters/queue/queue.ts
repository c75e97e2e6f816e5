/**
 * The queue on BullMQ, with PostgreSQL or Redis. It does not retry jobs, because the core does, and
 * it keeps no finished ones. It guarantees that a job runs, and that it starts after it was added.
 */
import { hash } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import { z } from 'zod';
import type { Job, Queue } from '../../engine/ports/queue.ts';
import { connectPostgres, connectRedis, type QueueEntry } from './backend.ts';
import { consume } from './consume.ts';

type QueueSettings = { kind: 'postgres' | 'redis'; url: string };

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
      await backend.add(jobs.map(({ job, delayMs }) => toEntry(job, delayMs)));
    },
    consume: (handler, { concurrency }) =>
      consume(backend, (data, signal) => handler(Payload.parse(data), signal), concurrency, log),
    close: () => backend.close(),
  };
}

function toEntry(job: Job, delayMs: number): QueueEntry {
  if (!Number.isInteger(delayMs) || delayMs < 0)
    throw new Error(`a delay must be a whole number of milliseconds, not ${delayMs}`);
  return {
    name: job.name,
    data: job,
    opts: { ...JOB_OPTIONS, delay: delayMs, ...deduplicationOf(job) },
  };
}

// All finished jobs are removed, because on PostgreSQL keeping some by count or age deadlocks.
const JOB_OPTIONS: JobsOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true };

/** What happens where the same job is in the queue already. */
function deduplicationOf(job: Job): JobsOptions {
  // The same delivery is the same work, so it is added only once.
  if (job.name === 'delivery') return { jobId: `delivery-${job.guid}` };
  const id = hash('sha256', `${job.stream} ${job.key}`);
  // A waiting job is moved to the new time. A running one is run once more afterwards.
  return { deduplication: { id, keepLastIfActive: true, reschedule: true } };
}
