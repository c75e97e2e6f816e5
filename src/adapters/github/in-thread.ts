/**
 * Reads one text in a thread, which is ended where it takes too long: micromark takes minutes for some texts. What
 * takes too much memory, or exceeds the stack, counts as that.
 */
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** The longest usual texts take a tenth of this time and half of this memory. */
const TIME_LIMIT_MS = 5_000;
const MEMORY_LIMIT_MB = 96;
/** Threads at once, so that texts that take long leave a processor to all else. */
const MOST_THREADS = Math.max(1, availableParallelism() - 1);

let running = 0;
const waiting: (() => void)[] = [];

/** Ends a turn: the next one has it, or nobody. */
function end(): void {
  const next = waiting.shift();
  if (next) next();
  else running -= 1;
}

/**
 * What the thread answers to `workerData`, as it posts it. `thread`: its file, without what ends the name of
 * every source file here. Throws what the thread throws.
 */
export async function inThread(
  thread: string,
  workerData: unknown,
  limitMs = TIME_LIMIT_MS,
): Promise<{ answer: unknown } | 'too_slow'> {
  if (running < MOST_THREADS) running += 1;
  else await new Promise<void>(turn => waiting.push(turn));
  return run(thread, workerData, limitMs).finally(end);
}

function run(
  thread: string,
  workerData: unknown,
  limitMs: number,
): Promise<{ answer: unknown } | 'too_slow'> {
  const { promise, resolve, reject } = Promise.withResolvers<{ answer: unknown } | 'too_slow'>();
  const worker = new Worker(thread + extname(import.meta.filename), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB },
  });
  const timer = setTimeout(() => resolve('too_slow'), limitMs);
  worker.once('message', answer => resolve({ answer }));
  worker.once('error', error =>
    error instanceof RangeError || ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      ? resolve('too_slow')
      : reject(error),
  );
  return promise.finally(() => {
    clearTimeout(timer);
    void worker.terminate();
  });
}
