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
import { gather } from './gather.ts';

export type QueueSettings = { kind: 'postgres' | 'redis'; url: string };

/** The queue may be down for long; nobody who adds to it waits longer than two batches of this. */
const ADD_MS = 5_000;

const Payload: z.ZodType<Job> = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('delivery'), guid: z.string() }),
  z.strictObject({ name: z.literal('effect'), stream: z.string(), key: z.string() }),
]);

type Entry = { name: string; data: Job; opts: JobsOptions };
type Add = (entries: Entry[]) => Promise<void>;

export async function createQueue(
  { kind, url }: QueueSettings,
  log: (message: string) => void,
): Promise<Queue> {
  const backend: Backend = kind === 'redis' ? connectRedis(url, log) : connectPostgres(url, log);
  // Apart, because BullMQ takes jobs that need no deduplication several times faster.
  const [deliveries, effects] = [1, 2].map(() =>
    gather<Entry>(entries => within(ADD_MS, backend.queue.addBulk(entries))),
  ) as [Add, Add];
  return {
    async add(jobs) {
      const entries = jobs.map(({ job, delayMs }) => entryOf(job, delayMs));
      const [first, rest] = [
        entries.filter(({ name }) => name === 'delivery'),
        entries.filter(({ name }) => name !== 'delivery'),
      ];
      await Promise.all([first.length > 0 && deliveries(first), rest.length > 0 && effects(rest)]);
    },
    consume: (handler, { concurrency }) =>
      consume(backend, (data, signal) => handler(Payload.parse(data), signal), concurrency, log),
    close: () => backend.close(),
  };
}

function entryOf(job: Job, delayMs: number): Entry {
  if (!Number.isInteger(delayMs) || delayMs < 0)
    throw new Error(`a delay is a whole number of milliseconds, not ${delayMs}`);
  const data = Payload.parse(job);
  return { name: job.name, data, opts: { ...KEEP, delay: delayMs, ...twinsOf(data) } };
}

// On PostgreSQL, keeping some by count or age deadlocks.
const KEEP: JobsOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true };

/** What becomes of a job whose twin is there already. */
function twinsOf(job: Job): JobsOptions {
  // It is the same work, whenever it is added.
  if (job.name === 'delivery') return { jobId: `delivery-${job.guid}` };
  const id = createHash('sha256').update(JSON.stringify(job)).digest('hex');
  // Waiting: the two are one, at the new time. Running: it runs once more afterwards.
  return { deduplication: { id, keepLastIfActive: true, reschedule: true } };
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
