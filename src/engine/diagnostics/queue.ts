/** Queue and workers at one time: what is ready, running, delayed and stalled, and who works. */
import type { Dependencies } from '../dependencies.ts';
import type { JobState } from '../ports/queue-health.ts';
import { type SeenWorker, WORKER_GONE_MS } from '../ports/workers.ts';

/** `silent`: it missed reports. `lost`: so many that others do its work; it did not say that it ended. */
type WorkerState = SeenWorker & { state: 'working' | 'silent' | 'lost' };

type QueueState = {
  jobs: Record<JobState, number>;
  /** How long what is ready has waited; null: nothing is. */
  oldestReadyMs: number | null;
  /** Deliveries that are not followed yet, at most a thousand. */
  deliveriesWaiting: number;
  workers: WorkerState[];
};

/** A worker reports itself four times as often as it is given up: two reports are missed by now. */
const SILENT_MS = WORKER_GONE_MS / 2;
/** What arrived a moment ago is under way. */
const SOON_MS = 5_000;
const MOST_DELIVERIES = 1_000;

export async function queueState({
  queueHealth,
  workers,
  deliveries,
}: Pick<Dependencies, 'queueHealth' | 'workers' | 'deliveries'>): Promise<QueueState> {
  const { oldestReadyMs, ...jobs } = await queueHealth.counts();
  const waiting = await deliveries.unsettled(SOON_MS, MOST_DELIVERIES);
  const seen = await workers.seen();
  return {
    jobs,
    oldestReadyMs,
    deliveriesWaiting: waiting.length,
    workers: seen.map(worker => ({ ...worker, state: stateOf(worker) })),
  };
}

const stateOf = ({ silentMs }: SeenWorker): WorkerState['state'] =>
  silentMs >= WORKER_GONE_MS ? 'lost' : silentMs >= SILENT_MS ? 'silent' : 'working';
