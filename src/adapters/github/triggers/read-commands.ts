/** Reads the commands of a comment within limits of time and memory. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { createBoundedCache } from '../../../core/bounds/bounded-cache.ts';
import type { CommandPlace } from '../../../core/commands/command-spec.ts';
import { inThread, type ReadFor } from '../in-thread.ts';
import { type FoundCommands, findCommands, mayCall, unreadable } from './find-commands.ts';
import { LONGEST_COMMENT } from './markdown-text.ts';

/** Up to this length, in characters, even the slowest texts take some milliseconds. */
const SHORT = 500;
const THREAD = join(import.meta.dirname, 'read-commands-thread');

/**
 * What texts came to that hold no command: each poll meets them again, and reading them anew may take as long
 * as before. Each takes some hundred bytes.
 */
const known = createBoundedCache<string, { found: FoundCommands }>(5_000);

/** Does what `findCommands` does, within limits; texts of many authors are read in turn. */
export async function readCommands(
  body: string,
  place: CommandPlace,
  limitMs?: number,
  by: ReadFor | null = null,
): Promise<FoundCommands> {
  if (!mayCall(body)) return null;
  if (body.length <= SHORT) return findCommands(body, place);
  const text = body.slice(0, LONGEST_COMMENT);
  const digest = createHash('sha256').update(`${place}\n${text}`).digest('base64');
  const answered = known.get(digest);
  if (answered) return answered.found;
  const read = await inThread(THREAD, { body: text, place }, limitMs, by);
  const found = read === 'too_slow' ? unreadable(body) : Answer.parse(read.answer).found;
  if (!found || 'problem' in found) known.set(digest, { found });
  return found;
}

const Answer = z.custom<{ found: FoundCommands }>(
  answer => typeof answer === 'object' && answer !== null && 'found' in answer,
);
