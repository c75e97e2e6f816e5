/** The engine: handling, dispatching, working, sweeping. One per process. */
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCheckpoints } from './checkpoint/make.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import type { Dependencies } from './dependencies.ts';
import { createDispatcher, DELIVERY_GRACE_MS, type Dispatcher } from './dispatch.ts';
import { createHandle, type Handle } from './handle.ts';
import { receive } from './intake/receive.ts';
import { withLogContext } from './log-context.ts';
import { logEvents } from './log-events.ts';
import { performEffect } from './perform/perform.ts';
import type { DueKind } from './ports/due-work.ts';
import type { Consumer, Job } from './ports/queue.ts';
import { WORKER_GONE_MS } from './ports/workers.ts';
import { rebuildStale } from './rebuild.ts';
import { CHECKPOINTS_MS, type Intervals, type Pace, paceOfEvents } from './reconcile/intervals.ts';
import type { Poll } from './reconcile/leader-lease.ts';
import { findMissedDeliveries } from './reconcile/missed-deliveries.ts';
import { findMissedEvents } from './reconcile/missed-events.ts';
import { pollInTurn } from './reconcile/poll.ts';
import { confirmRepeated } from './reconcile/repeated-deliveries.ts';
import { expireOld } from './retention/expire.ts';
import { reportWorker } from './routing/report-worker.ts';
import { runDueSchedules } from './schedules/run-due.ts';
import { settleLostSpends } from './spending/tell.ts';
import { createObserveEvents } from './telemetry/of-events.ts';

export type Engine = {
  handle: Handle;
  dispatcher: Dispatcher;
  /** Does jobs until it is stopped: those of its own appends at once, and those of the queue. */
  work(): Promise<void>;
  /** Looks for work that is due and forgotten at intervals, until it is stopped. */
  sweep(everyMs: number): void;
  /** Polls for what nobody brings, until it is stopped; for what the sweep finds to be due, once it does. */
  reconcile(every: Intervals): void;
  /** Waits `graceMs` for what is under way, then aborts it. */
  stop(graceMs: number): Promise<void>;
};

const STOPPING = new Error('Gatehouse is stopping');

/** How many deliveries, decisions and writes to GitHub are worked at the same time, besides the runs. */
const SHORT_JOBS = 24;

/** Milliseconds between a worker's reports of itself. */
const REPORT_MS = WORKER_GONE_MS / 4;

/** Milliseconds between looks for projections that an earlier version made. */
const STALE_MS = 600_000;

/** Milliseconds between removals of what was kept for its time. */
const RETENTION_MS = 3_600_000;

/** Milliseconds between checks for schedules that are due. */
const SCHEDULES_MS = 15_000;

/** Milliseconds between checks for deliveries whose body came before. */
const REPEATED_MS = 10_000;

/** Milliseconds between checks for what lost workers had reserved. */
const SPENDS_MS = 30_000;

export function createEngine(deps: Dependencies): Engine {
  const { queue, settings, logger } = deps;
  const warn = (problem: string, error: unknown) => logger.warn({ err: error }, problem);
  const dispatcher = createDispatcher({ ...deps, warn });
  const append = createHandle({ ...deps, appended: dispatcher.appended });
  const observeEvents = createObserveEvents(deps);
  const handle: Handle = async request => {
    const handled = await append(request);
    logEvents(logger, request.stream, handled);
    observeEvents(request.stream, handled);
    return handled;
  };
  const runLimit = createConcurrencyLimit(settings.concurrency, deps.clock);
  const worker = { ...deps, handle, runLimit };
  const stopping = new AbortController();
  const perform = (job: Job, signal: AbortSignal): Promise<void> =>
    job.name === 'delivery'
      ? withLogContext({ delivery: job.guid }, () => receive(worker, job.guid))
      : performEffect(worker, job, AbortSignal.any([signal, stopping.signal]));
  let consumer: Consumer | null = null;
  const loops: Promise<void>[] = [];
  /** Tells the polls that wait for it what the sweep found to be due. */
  const found = new EventEmitter<Record<DueKind, []>>();
  const poll = (name: string, times: Pace, look: Poll) =>
    loops.push(pollInTurn(deps, { name, times, look }, stopping.signal));
  const pollWhenDue = (name: DueKind, times: Pace, look: Poll) => {
    const whenDue = (signal: AbortSignal) => once(found, name, { signal });
    loops.push(pollInTurn(deps, { name, times, look, whenDue }, stopping.signal));
  };
  const sweep = async () => {
    const due = await deps.dueWork.kinds({ deliveriesFromMs: DELIVERY_GRACE_MS });
    for (const kind of due) found.emit(kind);
    if (due.has('effects') || due.has('deliveries')) await dispatcher.sweep();
  };
  return {
    handle,
    dispatcher,
    async work() {
      const concurrency = settings.concurrency.all + SHORT_JOBS;
      dispatcher.doHere(concurrency, job => perform(job, stopping.signal));
      const consume = (job: Job, signal: AbortSignal) =>
        dispatcher.inTurn(job, taken => perform(taken, signal));
      consumer = await queue.consume(consume, { concurrency });
      const report = () =>
        reportWorker(deps).catch(error => warn('this worker could not report itself', error));
      loops.push(forEver(stopping.signal, REPORT_MS, report));
    },
    sweep(everyMs) {
      loops.push(
        forEver(stopping.signal, everyMs, () =>
          sweep().catch(error => warn('the sweep failed', error)),
        ),
      );
    },
    reconcile(intervals) {
      const { deliveriesMs, which = 'failed', eventsMs, graceMs } = intervals;
      const { delivered } = dispatcher;
      const always = (everyMs: number): Pace => ({ everyMs, slowestMs: everyMs });
      const deliveries = findMissedDeliveries({ ...deps, delivered, which });
      poll('deliveries', always(deliveriesMs), deliveries);
      pollWhenDue(
        'repeated deliveries',
        always(REPEATED_MS),
        confirmRepeated({ ...deps, delivered }),
      );
      // That nothing is missed shows that webhooks arrive.
      const events = findMissedEvents({ ...deps, delivered, graceMs });
      poll('events', paceOfEvents(eventsMs), events);
      pollWhenDue('spends', always(SPENDS_MS), () => settleLostSpends({ ...deps, handle }));
      poll('stale projections', always(STALE_MS), rebuildStale(deps));
      poll('retention', always(RETENTION_MS), expireOld(deps));
      pollWhenDue('schedules', always(SCHEDULES_MS), runDueSchedules({ ...deps, handle }));
      const { checkpointsMs = CHECKPOINTS_MS } = intervals;
      poll('checkpoints', always(checkpointsMs), makeCheckpoints({ ...deps, handle }));
    },
    async stop(graceMs) {
      const drained = dispatcher.drain();
      const late = setTimeout(() => stopping.abort(STOPPING), graceMs);
      await Promise.all([consumer?.stop(graceMs), drained]);
      clearTimeout(late);
      stopping.abort(STOPPING);
      await Promise.all(loops);
      await deps.workers.leave(settings.worker).catch(() => {});
    },
  };
}

async function forEver(
  signal: AbortSignal,
  everyMs: number,
  turn: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await turn();
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}
