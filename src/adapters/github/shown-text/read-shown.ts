/** Reads what GitHub shows of a text that people wrote in Markdown, within limits of time and memory. */
import { join } from 'node:path';
import { z } from 'zod';
import type { ShownText } from '../../../engine/ports/shown-text.ts';
import { inThread } from '../in-thread.ts';
import { shownMarkdown } from './shown-markdown.ts';

/** Up to this length, in characters, even the slowest texts take some milliseconds. */
const SHORT = 500;
const THREAD = join(import.meta.dirname, 'shown-thread');
/** Without one of these, GitHub shows all of a text. */
const MAY_HIDE = /<[!?/]|\]:|`{3}|~{3}/;

export async function readShown(text: string, limitMs?: number): Promise<ShownText> {
  if (!MAY_HIDE.test(text)) return { text, comments: 0 };
  if (text.length <= SHORT) return shownMarkdown(text);
  const read = await inThread(THREAD, text, limitMs);
  return read === 'too_slow' ? certainlyShown(text) : Answer.parse(read.answer);
}

const Answer = z.strictObject({ text: z.string(), comments: z.number().int() });

/**
 * Without all that may be a comment, and without each line that may define a link or a footnote or begin
 * code, whatever stands around it. @foreign
 */
export function certainlyShown(text: string): ShownText {
  let comments = 0;
  const gone = () => {
    comments += 1;
    return '';
  };
  return { text: text.replaceAll(COMMENT, gone).replaceAll(DOUBTFUL, gone), comments };
}

const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;
const DOUBTFUL = /^.*(?:<[?!/]|\]:|`{3}|~{3}).*$/gm;
