/**
 * Reads one text in a thread, which is ended where it takes too long: micromark takes minutes for some texts. What
 * takes too much memory, or exceeds the stack, counts as that.
 */
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createFairQueue, type FairQueue } from '../../core/bounds/fair-queue.ts';

/** The longest usual texts take a tenth of this time and half of this memory. */
const TIME_LIMIT_MS = 5_000;
const MEMORY_LIMIT_MB = 96;
/** Threads at once, so that texts that take long leave a processor to all else. */
const MOST_THREADS = Math.max(1, availableParallelism() - 1);

/** On whose behalf a text is read: those of one author, or of one installation, keep nobody else's waiting. */
export type ReadFor = { installation: number; author: number };

/** How many texts wait is bounded by the work that waits for them. */
const ROOM = { inLane: Infinity, inAll: Infinity };

let running = 0;
/** Whose turn is next: an installation, and of its texts those of an author. */
const installations = createFairQueue<FairQueue<() => void>>(ROOM);
const waiting = new Map<string, { authors: FairQueue<() => void>; count: number }>();

function wait(by: ReadFor | null): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const name = `${by?.installation}`;
  const texts = waiting.get(name) ?? { authors: createFairQueue<() => void>(ROOM), count: 0 };
  waiting.set(name, texts);
  texts.count += 1;
  texts.authors.add(`${by?.author}`, () => {
    texts.count -= 1;
    if (texts.count === 0) waiting.delete(name);
    resolve();
  });
  installations.add(name, texts.authors);
  return promise;
}

/** Ends a turn: the next one has it, or nobody. */
function end(): void {
  const next = installations.next()?.next();
  if (next) next();
  else running -= 1;
}

/**
 * What the thread answers to `workerData`, as it posts it. `thread`: its file, without what ends the name of
 * every source file here. `by`: null of a text that work under way needs. Throws what the thread throws.
 */
export async function inThread(
  thread: string,
  workerData: unknown,
  limitMs = TIME_LIMIT_MS,
  by: ReadFor | null = null,
): Promise<{ answer: unknown } | 'too_slow'> {
  if (running < MOST_THREADS) running += 1;
  else await wait(by);
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
