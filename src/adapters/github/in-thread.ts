/** Reads one text in a thread, which is ended where it takes too long: micromark takes minutes for some texts. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** The longest usual texts take a tenth of this time and half of this memory. */
const TIME_LIMIT_MS = 5_000;
const MEMORY_LIMIT_MB = 96;

/**
 * What the thread answers to `workerData`, as it posts it. `thread`: its file, without what ends the name of
 * every source file here. Throws what the thread throws.
 */
export function inThread(
  thread: string,
  workerData: unknown,
  limitMs = TIME_LIMIT_MS,
): Promise<{ answer: unknown } | 'too_slow'> {
  const { promise, resolve, reject } = Promise.withResolvers<{ answer: unknown } | 'too_slow'>();
  const worker = new Worker(thread + extname(import.meta.filename), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB },
  });
  const timer = setTimeout(() => resolve('too_slow'), limitMs);
  worker.once('message', answer => resolve({ answer }));
  worker.once('error', error =>
    'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      ? resolve('too_slow')
      : reject(error),
  );
  return promise.finally(() => {
    clearTimeout(timer);
    void worker.terminate();
  });
}
