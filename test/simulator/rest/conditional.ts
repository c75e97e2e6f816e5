/**
 * Conditional requests: a client that has an answer asks whether it still holds, and is told 304
 * without a body where it does.
 */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { JSONStringify } from 'json-with-bigint';
import type { Reply } from './call.ts';

/** What a client's tag was made of, besides the body: another token gets another tag. */
const TAGGED_HEADERS = ['accept', 'authorization', 'cookie'] as const;
const VARY = 'Accept, Authorization, Cookie, X-GitHub-OTP';

/** The answer to a GET, with its tag and date; without its body where the client has it already. */
export function conditional(headers: IncomingHttpHeaders, reply: Reply): Reply {
  if (reply.status !== 200) return reply;
  const etag = etagOf(headers, reply);
  const modified = lastModified(reply.body);
  const validators = {
    ...reply.headers,
    'cache-control': 'private, max-age=60, s-maxage=60',
    vary: VARY,
    etag,
    ...(modified && { 'last-modified': modified.toUTCString() }),
  };
  return holds(headers, etag, modified)
    ? { status: 304, headers: validators }
    : { ...reply, headers: validators };
}

/** GitHub documents no formula. This one was observed: the tag is a digest of who asks and of the body. */
function etagOf(headers: IncomingHttpHeaders, { body, raw }: Reply): string {
  const digest = createHash('sha256');
  for (const name of TAGGED_HEADERS)
    if (headers[name] !== undefined) digest.update(`${headers[name]}:`);
  digest.update(raw?.content ?? JSONStringify(body) ?? '');
  return `W/"${digest.digest('hex')}"`;
}

/** Single things tell when they were changed; lists tell nothing. */
function lastModified(body: unknown): Date | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const { updated_at, commit, committer } = body as Record<string, unknown>;
  const told = updated_at ?? committerDate(commit) ?? dateOf(committer);
  const date = new Date(typeof told === 'string' ? told : Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}

function committerDate(commit: unknown): unknown {
  if (typeof commit !== 'object' || commit === null || !('committer' in commit)) return undefined;
  return dateOf(commit.committer);
}

const dateOf = (person: unknown): unknown =>
  typeof person === 'object' && person !== null && 'date' in person ? person.date : undefined;

/** A tag decides alone where both conditions are given (RFC 9110, section 13.2.2). */
function holds(headers: IncomingHttpHeaders, etag: string, modified: Date | null): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined)
    return tags.split(',').some(tag => tag.trim() === '*' || weak(tag) === weak(etag));
  const since = headers['if-modified-since'];
  return since !== undefined && modified !== null && modified.getTime() <= Date.parse(since);
}

const weak = (tag: string): string => tag.trim().replace(/^W\//, '');
