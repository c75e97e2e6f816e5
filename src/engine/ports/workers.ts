/** The processes that work, as they report themselves. All times are the database's. */

export type WorkerReport = {
  /** The process, as leases and events name it. */
  name: string;
  labels: string[];
  /** The agents that are ready there. */
  agents: { adapter: string; version: string }[];
};

/** `silentMs`: since its last report. */
export type SeenWorker = WorkerReport & { silentMs: number };

/** A worker that has not reported itself for so long is gone. */
export const WORKER_GONE_MS = 60_000;

export type Workers = {
  report(worker: WorkerReport): Promise<void>;
  /** It works no more. */
  leave(name: string): Promise<void>;
  /** Those that are at work, by name. */
  alive(): Promise<WorkerReport[]>;
  /** Those too that have been gone for less than a day without having left, by name. */
  seen(): Promise<SeenWorker[]>;
};
