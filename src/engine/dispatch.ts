/**
 * Work goes from the log to this process at once as far as the limit allows, and else to the queue.
 * Both only hint at work: what they lose, the sweep finds again in the log.
 */
import type { Folded } from '../core/fold.ts';
import { type StreamRef, streamName } from '../core/stream.ts';
import type { Clock } from './ports/clock.ts';
import type { Deliveries } from './ports/deliveries.ts';
import type { Outbox } from './ports/event-log.ts';
import type { Job, Queue } from './ports/queue.ts';

export type Dispatcher = {
  /** Dispatches the effects that an append opened or put off. */
  appended(stream: StreamRef, folded: Folded<unknown>, before: number): Promise<void>;
  delivered(guid: string): Promise<void>;
  /** Looks once for work that was forgotten. Returns how much it found. */
  sweep(): Promise<number>;
  /** From now on up to `limit` jobs at a time are done here at once, without the queue's detour. */
  doHere(limit: number, perform: (job: Job) => Promise<void>): void;
  /** Does no more jobs here; resolves when those under way have ended. */
  drain(): Promise<void>;
};

/** Deliveries get this long before the sweep takes them for forgotten. */
const DELIVERY_GRACE_MS = 5_000;
const AT_ONCE = 500;

export function createDispatcher(parts: {
  queue: Queue;
  outbox: Outbox;
  deliveries: Deliveries;
  clock: Clock;
  warn: (problem: string, error: unknown) => void;
}): Dispatcher {
  const { queue, outbox, deliveries, clock, warn } = parts;
  const underWay = new Set<Promise<void>>();
  let takeHere: (job: Job) => boolean = () => false;

  const dispatch = async (all: { job: Job; delayMs: number }[]) => {
    const rest = all.filter(({ job, delayMs }) => delayMs > 0 || !takeHere(job));
    if (rest.length === 0) return;
    // With the queue down the log stands, and the sweep will find the effects.
    await queue.add(rest).catch(error => warn('the queue took no jobs', error));
  };
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
    delivered: guid => dispatch([{ job: { name: 'delivery', guid }, delayMs: 0 }]),
    async sweep() {
      const [due, guids] = await Promise.all([
        outbox.due(AT_ONCE),
        deliveries.unsettled(DELIVERY_GRACE_MS, AT_ONCE),
      ]);
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
      takeHere = job => {
        if (underWay.size >= limit) return false;
        const work: Promise<void> = perform(job)
          .catch(error => warn(`job ${job.name} failed`, error))
          .finally(() => underWay.delete(work));
        underWay.add(work);
        return true;
      };
    },
    async drain() {
      takeHere = () => false;
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
