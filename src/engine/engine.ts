/** The engine: handling, dispatching, working, sweeping. One per process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createDispatcher, type Dispatcher } from './dispatch.ts';
import { createHandle, type Handle } from './handle.ts';
import { createHands } from './hands.ts';
import { receive } from './intake/receive.ts';
import type { Parts } from './parts.ts';
import { effectJob } from './perform/effect-job.ts';
import type { Consumer, Job } from './ports/queue.ts';
import { createSlots } from './slots.ts';

export type Engine = {
  handle: Handle;
  dispatcher: Dispatcher;
  /** Takes jobs until it is stopped. */
  work(): Promise<void>;
  /** Looks for forgotten work now and again, until it is stopped. */
  sweep(everyMs: number): void;
  /** Waits `graceMs` for what is in flight, then aborts it. */
  stop(graceMs: number): Promise<void>;
};

const STOPPING = new Error('Gatehouse is stopping');
/** Deliveries, decisions and writes to GitHub at the same time, besides the runs. */
const SHORT_JOBS = 12;

export function createEngine(parts: Parts): Engine {
  const { queue, outbox, deliveries, clock, logger } = parts;
  const warn = (problem: string, error: unknown) => logger.warn({ err: error }, problem);
  const hands = createHands(
    parts.settings.concurrency + SHORT_JOBS,
    job => perform(job, stopping.signal),
    warn,
  );
  const dispatcher = createDispatcher({ queue, hands, outbox, deliveries, clock, warn });
  const handle = createHandle({ ...parts, appended: dispatcher.appended });
  const slots = createSlots(parts.settings.concurrency);
  const whole = { ...parts, handle, slots };
  const stopping = new AbortController();
  let consumer: Consumer | null = null;
  let sweeping: Promise<void> = Promise.resolve();
  const perform = (job: Job, signal: AbortSignal): Promise<void> => {
    const until = AbortSignal.any([signal, stopping.signal]);
    return job.name === 'delivery'
      ? receive(whole, job.guid)
      : effectJob(whole, job.stream, job.key, until);
  };
  return {
    handle,
    dispatcher,
    async work() {
      const concurrency = parts.settings.concurrency + SHORT_JOBS;
      consumer = await queue.consume(perform, { concurrency });
    },
    sweep(everyMs) {
      sweeping = forEver(stopping.signal, everyMs, async () => {
        await dispatcher.sweep().catch(error => warn('the sweep failed', error));
      });
    },
    async stop(graceMs) {
      const rested = hands.rest();
      const late = setTimeout(() => stopping.abort(STOPPING), graceMs);
      await Promise.all([consumer?.stop(graceMs), rested]);
      clearTimeout(late);
      stopping.abort(STOPPING);
      await sweeping;
    },
  };
}

async function forEver(
  signal: AbortSignal,
  everyMs: number,
  round: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await round();
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}
