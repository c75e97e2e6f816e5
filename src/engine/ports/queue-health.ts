/** What is to be done and who does it, over all processes: read from the outbox and its leases. */
import type { StreamRef } from '../../core/stream.ts';

/**
 * `ready`: due, and nobody performs it yet. `stalled`: it has been so for `STALLED_MS`. `delayed`: it is
 * not due before its time.
 */
export const JOB_STATES = ['ready', 'running', 'delayed', 'stalled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Whatever is due is begun within seconds, and swept up within some more. Milliseconds. */
export const STALLED_MS = 60_000;

type QueuedJob = {
  stream: StreamRef;
  /** The effect's key, such as `attempt:author-1-1`. */
  key: string;
  state: JobState;
  /** Since when it has been due, or when it will be. ISO 8601. */
  dueAt: string;
  /** The process that performs it. */
  worker: string | null;
  /** How often it failed before. */
  failures: number;
};

export type QueueHealth = {
  counts(): Promise<Record<JobState, number> & { oldestReadyMs: number | null }>;
  /** Of one task or of all streams, and in one state or in any: what has been due for longest first. */
  jobs(query: { task: string | null; state: JobState | null; limit: number }): Promise<QueuedJob[]>;
};
