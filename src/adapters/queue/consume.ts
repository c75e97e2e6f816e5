/** Takes jobs from the queue and runs a handler for each. */
import type { Consumer } from '../../engine/ports/queue.ts';
import type { QueueBackend } from './backend.ts';

/** The time that aborted jobs have to end. */
const ABORT_GRACE_MS = 5_000;

export async function consume(
  backend: QueueBackend,
  handler: (data: unknown, signal: AbortSignal) => Promise<void>,
  concurrency: number,
  log: (message: string) => void,
): Promise<Consumer> {
  const worker = backend.work(async (job, _token, signal) => {
    if (!signal) throw new Error('BullMQ passed no abort signal to the job.');
    try {
      await handler(job.data, signal);
    } catch (error) {
      log(`job ${job.name} failed: ${error instanceof Error ? error.message : error}`);
    }
  }, concurrency);
  worker.on('error', (error: Error) => log(`queue: ${error.message}`));
  // A job whose lock is lost may be running in another worker as well, so it is canceled here.
  worker.on('lockRenewalFailed', (ids: string[]) => {
    for (const id of ids) worker.cancelJob(id, 'the lock on this job is lost');
  });
  await worker.waitUntilReady();
  return {
    async stop(graceMs) {
      const abort = setTimeout(() => worker.cancelAllJobs('stopping'), graceMs);
      const forceClose = setTimeout(() => void worker.close(true), graceMs + ABORT_GRACE_MS);
      await worker.close();
      clearTimeout(abort);
      clearTimeout(forceClose);
    },
  };
}
