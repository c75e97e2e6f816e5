/**
 * Reads the commands of a comment in a thread, which is ended where it takes too long: micromark takes
 * minutes for some texts within GitHub's limit of a comment's length.
 */
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { CommandPlace } from '../../../core/command-spec.ts';
import { type FoundCommands, findCommands, mayCall } from './find-commands.ts';
import { LONGEST_COMMENT } from './markdown-text.ts';

/** Up to this length, in characters, even the slowest texts take some milliseconds. */
const SHORT = 500;
/** The longest usual comments take a tenth of this time and half of this memory. */
const TIME_LIMIT_MS = 5_000;
const MEMORY_LIMIT_MB = 96;

const THREAD = join(import.meta.dirname, `read-commands-thread${extname(import.meta.filename)}`);

/** Does what `findCommands` does, within limits. */
export async function readCommands(
  body: string,
  place: CommandPlace,
  limitMs = TIME_LIMIT_MS,
): Promise<FoundCommands> {
  if (!mayCall(body)) return null;
  if (body.length <= SHORT) return findCommands(body, place);
  const found = await inThread({ body: body.slice(0, LONGEST_COMMENT), place }, limitMs);
  if (found !== 'too_slow') return found;
  // Most texts that take so long are attacks, which are not answered.
  return BEGINS_LIKE_A_CALL.test(body) ? { problem: { code: 'unreadable' } } : null;
}

const BEGINS_LIKE_A_CALL = /^\/agent/im;

const Answer = z.custom<{ found: FoundCommands }>(
  answer => typeof answer === 'object' && answer !== null && 'found' in answer,
);

function inThread(
  workerData: { body: string; place: CommandPlace },
  limitMs: number,
): Promise<FoundCommands | 'too_slow'> {
  const { promise, resolve, reject } = Promise.withResolvers<FoundCommands | 'too_slow'>();
  const resourceLimits = { maxOldGenerationSizeMb: MEMORY_LIMIT_MB };
  const thread = new Worker(THREAD, { workerData, resourceLimits });
  const timer = setTimeout(() => resolve('too_slow'), limitMs);
  thread.once('message', answer => resolve(Answer.parse(answer).found));
  thread.once('error', error =>
    'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      ? resolve('too_slow')
      : reject(error),
  );
  return promise.finally(() => {
    clearTimeout(timer);
    void thread.terminate();
  });
}
