/**
 * Dispatches work from the log: this process does it at once as far as the limit allows, keeps some more
 * waiting in a lane for each repository, or by a timer where it is due soon, and adds the rest to the
 * queue. Work that is lost on any of these ways is found again in the log by the sweep.
 */
import { createBoundedCache } from '../core/bounds/bounded-cache.ts';
import { createFairQueue } from '../core/bounds/fair-queue.ts';
import type { Folded } from '../core/fold.ts';
import { parseStreamName, type StreamRef, streamName } from '../core/stream.ts';
import { createDueSoon } from './due-soon.ts';
import type { Clock } from './ports/clock.ts';
import type { Deliveries } from './ports/deliveries.ts';
import type { OpenEffect, Outbox } from './ports/event-log.ts';
import type { Job, Queue } from './ports/queue.ts';

export type Dispatcher = {
  /** Dispatches the effects that an append opened or put off. */
  appended(stream: StreamRef, folded: Folded<unknown>, before: number): Promise<void>;
  /** `repository`: its id; null where it is not known. */
  delivered(guid: string, repository: number | null): Promise<void>;
  /** Looks once for work that was forgotten. Returns how much it found. */
  sweep(): Promise<number>;
  /** From now on, up to `limit` jobs at a time are done here without the queue. */
  doHere(limit: number, perform: (job: Job) => Promise<void>): void;
  /** Does a job from the queue when its repository's turn comes; resolves when it is done or given up. */
  inTurn(job: Job, perform: (job: Job) => Promise<void>): Promise<void>;
  /** Does no more jobs here; resolves when those under way have ended. */
  drain(): Promise<void>;
};

/** The sweep takes older deliveries that are not settled for forgotten. */
export const DELIVERY_GRACE_MS = 5_000;
const AT_ONCE = 500;
/** The most jobs of one repository that wait here; others wait in the queue, for any process. */
const IN_LANE = 8;
/** The most jobs that wait here in all, which take some megabytes. */
const IN_ALL = 20_000;
/**
 * A job from the queue whose lane is full comes again after this time, and after as much again for each hundred
 * that wait: each comes through the queue, where other processes can take it, and costs that a write.
 */
const AGAIN_MS = 500;
const AGAIN_AT_MOST_MS = 30_000;
/** Deliveries whose repository is remembered for the effects that follow from them. */
const KNOWN = 20_000;

type Waiting = { job: Job; perform: (job: Job) => Promise<void>; ended: () => void };

export function createDispatcher(parts: {
  queue: Queue;
  outbox: Pick<Outbox, 'due'>;
  deliveries: Pick<Deliveries, 'due'>;
  clock: Clock;
  warn: (problem: string, error: unknown) => void;
}): Dispatcher {
  const { queue, outbox, deliveries, clock, warn } = parts;
  const underWay = new Set<Promise<void>>();
  const laneOf = createLanes();
  const line = createFairQueue<Waiting>({ inLane: IN_LANE, inAll: IN_ALL });
  /** Jobs that wait here and not in the queue; the sweep would find them as well. */
  const waiting = new Set<string>();
  /** Deliveries that are followed here: where that takes long, the sweep hands them over once more. */
  const followed = new Set<string>();
  /** Where the last look of the sweep ended, so that what waits for its turn hides nothing behind it. */
  let swept: OpenEffect | null = null;
  let here: { limit: number; perform: (job: Job) => Promise<void> } | null = null;

  const start = ({ job, perform, ended }: Waiting) => {
    const guid = job.name === 'delivery' ? job.guid : null;
    if (guid !== null && followed.has(guid)) return ended();
    if (guid !== null) followed.add(guid);
    const work: Promise<void> = perform(job)
      .catch(error => warn(`job ${job.name} failed`, error))
      .finally(() => {
        underWay.delete(work);
        if (guid !== null) followed.delete(guid);
        ended();
        fill();
      });
    underWay.add(work);
  };
  const fill = () => {
    while (here !== null && underWay.size < here.limit) {
      const next = line.next();
      if (next === null) return;
      waiting.delete(nameOf(next.job));
      start(next);
    }
  };
  const takeHere = (job: Job): boolean => {
    if (here === null) return false;
    const { perform } = here;
    if (waiting.has(nameOf(job))) return true;
    if (!line.add(laneOf.find(job), { job, perform, ended: () => {} })) return false;
    waiting.add(nameOf(job));
    fill();
    return true;
  };

  const toQueue = async (jobs: { job: Job; delayMs: number }[]) => {
    if (jobs.length === 0) return;
    // Where the queue is down, the sweep will find the effects in the log.
    await queue.add(jobs).catch(error => warn('the queue took no jobs', error));
  };
  const dueSoon = createDueSoon(job => void dispatch([{ job, delayMs: 0 }]));
  const dispatch = async (all: { job: Job; delayMs: number }[]) =>
    toQueue(
      all.filter(({ job, delayMs }) =>
        delayMs > 0 ? here === null || !dueSoon.add(nameOf(job), job, delayMs) : !takeHere(job),
      ),
    );
  return {
    async appended(stream, folded, before) {
      const now = clock.now().getTime();
      const fresh = folded.open.filter(effect => effect.since > before || effect.failures > 0);
      await dispatch(
        fresh.map(({ key, notBefore }) => ({
          job: { name: 'effect', stream: streamName(stream), key },
          delayMs: notBefore ? Math.max(0, Date.parse(notBefore) - now) : 0,
        })),
      );
    },
    delivered(guid, repository) {
      laneOf.know(guid, repository);
      return dispatch([{ job: { name: 'delivery', guid }, delayMs: 0 }]);
    },
    async sweep() {
      const [due, guids] = await Promise.all([
        outbox.due(AT_ONCE, swept),
        deliveries.due(DELIVERY_GRACE_MS, AT_ONCE),
      ]);
      swept = due.length < AT_ONCE ? null : (due.at(-1) ?? null);
      const effects = due.map(({ stream, effect }) => ({
        job: { name: 'effect' as const, stream: streamName(stream), key: effect.key },
        delayMs: 0,
      }));
      const forgotten = guids.map(guid => ({
        job: { name: 'delivery' as const, guid },
        delayMs: 0,
      }));
      await dispatch([...effects, ...forgotten]);
      return due.length + guids.length;
    },
    doHere(limit, perform) {
      here = { limit, perform };
    },
    inTurn: (job, perform) =>
      new Promise(ended => {
        if (here === null) return ended();
        if (line.add(laneOf.find(job), { job, perform, ended })) return fill();
        // Its lane is full: it comes again soon, and holds no place of others meanwhile.
        const afterMs = AGAIN_MS * (1 + Math.floor(dueSoon.size / 100));
        dueSoon.add(nameOf(job), job, Math.min(afterMs, AGAIN_AT_MOST_MS));
        ended();
      }),
    async drain() {
      here = null;
      waiting.clear();
      const left = dueSoon.takeAll();
      for (let next = line.next(); next !== null; next = line.next()) {
        next.ended();
        left.push({ job: next.job, delayMs: 0 });
      }
      // Other processes take the jobs that have not begun here.
      await toQueue(left);
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

const nameOf = (job: Job): string =>
  job.name === 'delivery' ? job.guid : `${job.stream} ${job.key}`;

/** The lane of each job: the repository that it is about, as far as that is known. */
function createLanes() {
  const known = createBoundedCache<string, string>(KNOWN);
  return {
    know(guid: string, repository: number | null) {
      if (repository !== null) known.set(guid, `${repository}`);
    },
    find(job: Job): string {
      if (job.name === 'delivery') return known.get(job.guid) ?? '';
      const { kind, id } = parseStreamName(job.stream);
      if (kind === 'delivery') return known.get(id) ?? '';
      // The streams of tasks, backlogs and callers are named after their repository.
      const [, repository = ''] = /^(\d+)-/.exec(id) ?? [];
      return repository;
    },
  };
}
