/** Reads the commands of a comment within limits of time and memory. */
import { join } from 'node:path';
import { z } from 'zod';
import type { CommandPlace } from '../../../core/command-spec.ts';
import { inThread } from '../in-thread.ts';
import { type FoundCommands, findCommands, mayCall } from './find-commands.ts';
import { LONGEST_COMMENT } from './markdown-text.ts';

/** Up to this length, in characters, even the slowest texts take some milliseconds. */
const SHORT = 500;
const THREAD = join(import.meta.dirname, 'read-commands-thread');

/** Does what `findCommands` does, within limits. */
export async function readCommands(
  body: string,
  place: CommandPlace,
  limitMs?: number,
): Promise<FoundCommands> {
  if (!mayCall(body)) return null;
  if (body.length <= SHORT) return findCommands(body, place);
  const found = await inThread(THREAD, { body: body.slice(0, LONGEST_COMMENT), place }, limitMs);
  if (found !== 'too_slow') return Answer.parse(found.answer).found;
  // Most texts that take so long are attacks, which are not answered.
  return BEGINS_LIKE_A_CALL.test(body) ? { problem: { code: 'unreadable' } } : null;
}

const BEGINS_LIKE_A_CALL = /^\/agent/im;

const Answer = z.custom<{ found: FoundCommands }>(
  answer => typeof answer === 'object' && answer !== null && 'found' in answer,
);
