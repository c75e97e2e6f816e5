/** The queue: only a hint. What is lost in it is found again by the sweeper. */

export type Job =
  | { name: 'delivery'; guid: string }
  /** `stream` by `streamName`; `key` of the open effect. */
  | { name: 'effect'; stream: string; key: string };

export type Queue = {
  /** The same job twice while the first waits is one job. `delayMs` is a whole number. */
  add(jobs: { job: Job; delayMs: number }[]): Promise<void>;
  /** Starts consuming. A handler that throws is logged, never retried by the queue. */
  consume(
    handler: (job: Job, signal: AbortSignal) => Promise<void>,
    options: { concurrency: number },
  ): Promise<Consumer>;
  close(): Promise<void>;
};

/** Stops taking jobs, and waits for those in flight at most `graceMs`, then aborts them. */
export type Consumer = { stop(graceMs: number): Promise<void> };
