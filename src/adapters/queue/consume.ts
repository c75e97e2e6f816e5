/** Taking jobs from the queue and running them. */
import type { Consumer } from '../../engine/ports/queue.ts';
import type { Backend } from './backend.ts';

/** Those that were aborted get this long to notice. */
const ABORTED_MS = 5_000;

export async function consume(
  backend: Backend,
  handler: (data: unknown, signal: AbortSignal) => Promise<void>,
  concurrency: number,
  log: (message: string) => void,
): Promise<Consumer> {
  const worker = backend.work(async (job, _token, signal) => {
    if (!signal) throw new Error('BullMQ gave no signal');
    try {
      await handler(job.data, signal);
    } catch (error) {
      log(`job ${job.name} failed: ${error instanceof Error ? error.message : error}`);
    }
  }, concurrency);
  worker.on('error', (error: Error) => log(`queue: ${error.message}`));
  // Whoever loses the lock on a job may no longer be the only one at it.
  worker.on('lockRenewalFailed', (ids: string[]) => {
    for (const id of ids) worker.cancelJob(id, 'the lock on this job is lost');
  });
  await worker.waitUntilReady();
  return {
    async stop(graceMs) {
      const abort = setTimeout(() => worker.cancelAllJobs('stopping'), graceMs);
      const leave = setTimeout(() => void worker.close(true), graceMs + ABORTED_MS);
      await worker.close();
      clearTimeout(abort);
      clearTimeout(leave);
    },
  };
}
