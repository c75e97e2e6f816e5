/**
 * Where a page ends, as text that clients give back as it is. It holds only what the caller was shown,
 * and a page is cut by who asks each time, so that an altered one shows nothing more.
 */
import type { z } from 'zod';
import type { HttpProblem } from './problem.ts';

export const writeCursor = (place: object): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** `null`: it is none of this list. */
export function readCursor<T>(text: string, place: z.ZodType<T>): T | null {
  try {
    const json = Buffer.from(text, 'base64url').toString('utf8');
    // No place of ours contains NUL, and PostgreSQL takes no text with it.
    if (json.includes('\\u0000')) return null;
    const read = place.safeParse(JSON.parse(json));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

export const BAD_CURSOR: HttpProblem = {
  status: 422,
  title: 'The request is not valid',
  code: 'bad_cursor',
  message: 'The cursor is none of this list.',
  next: 'Begin without a cursor, and give back `next` of the page before as it is.',
  errors: [{ pointer: '/query/cursor', detail: 'is no cursor of this list in this order' }],
};
