/** The engine: handling, dispatching, working, sweeping. One per process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import type { Dependencies } from './dependencies.ts';
import { createDispatcher, type Dispatcher } from './dispatch.ts';
import { createHandle, type Handle } from './handle.ts';
import { receive } from './intake/receive.ts';
import { createLocalExecutor } from './local-executor.ts';
import { effectJob } from './perform/effect-job.ts';
import type { Consumer, Job } from './ports/queue.ts';
import { type Poll, withLeaderLease } from './reconcile/leader-lease.ts';
import { findMissedDeliveries } from './reconcile/missed-deliveries.ts';
import { findMissedEvents } from './reconcile/missed-events.ts';

export type Engine = {
  handle: Handle;
  dispatcher: Dispatcher;
  /** Takes jobs until it is stopped. */
  work(): Promise<void>;
  /** Looks for forgotten work now and again, until it is stopped. */
  sweep(everyMs: number): void;
  /** Looks now and again for what GitHub could not tell us, until it is stopped. */
  reconcile(every: Intervals): void;
  /** Waits `graceMs` for what is in flight, then aborts it. */
  stop(graceMs: number): Promise<void>;
};

const STOPPING = new Error('Gatehouse is stopping');
/** Milliseconds between rounds, of all processes together; and how long a delivery may take by itself. */
export type Intervals = { deliveriesMs: number; eventsMs: number; graceMs?: number };
export const INTERVALS: Intervals = { deliveriesMs: 60_000, eventsMs: 120_000 };

/** Deliveries, decisions and writes to GitHub at the same time, besides the runs. */
const SHORT_JOBS = 12;

export function createEngine(deps: Dependencies): Engine {
  const { queue, outbox, deliveries, clock, logger } = deps;
  const warn = (problem: string, error: unknown) => logger.warn({ err: error }, problem);
  const localExecutor = createLocalExecutor(
    deps.settings.concurrency + SHORT_JOBS,
    job => perform(job, stopping.signal),
    warn,
  );
  const dispatcher = createDispatcher({
    queue,
    hands: localExecutor,
    outbox,
    deliveries,
    clock,
    warn,
  });
  const handle = createHandle({ ...deps, appended: dispatcher.appended });
  const slots = createConcurrencyLimit(deps.settings.concurrency);
  const whole = { ...deps, handle, slots };
  const stopping = new AbortController();
  let consumer: Consumer | null = null;
  const rounds: Promise<void>[] = [];
  const perform = (job: Job, signal: AbortSignal): Promise<void> => {
    const until = AbortSignal.any([signal, stopping.signal]);
    return job.name === 'delivery'
      ? receive(whole, job.guid)
      : effectJob(whole, job.stream, job.key, until);
  };
  /** Asked for more often than rounds are due: a turn that nobody takes is soon seen. */
  const takeTurns = (name: string, everyMs: number, round: Poll) => {
    const { signal } = stopping;
    const turn = () => withLeaderLease(deps, name, everyMs, () => round(signal));
    const failed = (error: unknown) => {
      if (!signal.aborted) warn(`looking for missed ${name} failed`, error);
    };
    rounds.push(forEver(signal, everyMs / 4, async () => void (await turn().catch(failed))));
  };
  return {
    handle,
    dispatcher,
    async work() {
      const concurrency = deps.settings.concurrency + SHORT_JOBS;
      consumer = await queue.consume(perform, { concurrency });
    },
    sweep(everyMs) {
      rounds.push(
        forEver(stopping.signal, everyMs, async () => {
          await dispatcher.sweep().catch(error => warn('the sweep failed', error));
        }),
      );
    },
    reconcile({ deliveriesMs, eventsMs, graceMs }) {
      const { delivered } = dispatcher;
      takeTurns('deliveries', deliveriesMs, findMissedDeliveries({ ...deps, delivered }));
      takeTurns('events', eventsMs, findMissedEvents({ ...deps, delivered, graceMs }));
    },
    async stop(graceMs) {
      const rested = localExecutor.drain();
      const late = setTimeout(() => stopping.abort(STOPPING), graceMs);
      await Promise.all([consumer?.stop(graceMs), rested]);
      clearTimeout(late);
      stopping.abort(STOPPING);
      await Promise.all(rounds);
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
