/**
 * From the log to whoever does the work: this process where it has a hand free, the queue for all
 * else. Both are hints: whatever they lose, the sweep finds again.
 */
import type { Folded } from '../core/fold.ts';
import { type StreamRef, streamName } from '../core/stream.ts';
import type { LocalExecutor } from './local-executor.ts';
import type { Clock } from './ports/clock.ts';
import type { Deliveries } from './ports/deliveries.ts';
import type { Outbox } from './ports/event-log.ts';
import type { Job, Queue } from './ports/queue.ts';

export type Dispatcher = {
  /** Hands over the effects that an append opened or put off. */
  appended(stream: StreamRef, folded: Folded<unknown>, before: number): Promise<void>;
  delivered(guid: string): Promise<void>;
  /** One round of looking for work that nobody was told of. Returns how much it found. */
  sweep(): Promise<number>;
};

/** Deliveries get this long before the sweep takes them for forgotten. */
const DELIVERY_GRACE_MS = 5_000;
const AT_ONCE = 500;

export function createDispatcher(parts: {
  queue: Queue;
  /** `null` where this process only hands over. */
  hands: Pick<LocalExecutor, 'take'> | null;
  outbox: Outbox;
  deliveries: Deliveries;
  clock: Clock;
  warn: (problem: string, error: unknown) => void;
}): Dispatcher {
  const { queue, hands: localExecutor, outbox, deliveries, clock, warn } = parts;
  const hint = async (all: { job: Job; delayMs: number }[]) => {
    const jobs = all.filter(({ job, delayMs }) => delayMs > 0 || !localExecutor?.take(job));
    if (jobs.length === 0) return;
    // With the queue down the log stands, and the sweep will find the effects.
    await queue.add(jobs).catch(error => warn('the queue took no jobs', error));
  };
  return {
    async appended(stream, folded, before) {
      const now = clock.now().getTime();
      const fresh = folded.open.filter(effect => effect.since > before || effect.failures > 0);
      await hint(
        fresh.map(({ key, notBefore }) => ({
          job: { name: 'effect', stream: streamName(stream), key },
          delayMs: notBefore ? Math.max(0, Date.parse(notBefore) - now) : 0,
        })),
      );
    },
    delivered: guid => hint([{ job: { name: 'delivery', guid }, delayMs: 0 }]),
    async sweep() {
      const due = await outbox.due(AT_ONCE);
      const guids = await deliveries.unsettled(DELIVERY_GRACE_MS, AT_ONCE);
      const effects = due.map(({ stream, effect }) => ({
        job: { name: 'effect' as const, stream: streamName(stream), key: effect.key },
        delayMs: 0,
      }));
      const forgotten = guids.map(guid => ({
        job: { name: 'delivery' as const, guid },
        delayMs: 0,
      }));
      await hint([...effects, ...forgotten]);
      return due.length + guids.length;
    },
  };
}
