/** GitHub's errors as the failures that the core can judge. */
import { GraphqlResponseError } from '@octokit/graphql';
import { redact as redactKnown } from '../../../core/redaction/redact.ts';
import { GitHubFailure, NotInstalled } from '../../../engine/ports/github.ts';
import { HOUR_MS } from './rate-limit-window.ts';

/** Nothing is waited for longer: then it is asked again, and GitHub says anew for how long. */
const LONGEST_WAIT_MS = HOUR_MS;
/** How long to wait where a limit is hit and GitHub does not say until when. */
const UNKNOWN_WAIT_MS = 60_000;

/** What is read of an error of the REST client; an error without a response is one of transport. */
type RestError = {
  message: string;
  status?: unknown;
  response?: { headers?: Record<string, unknown> };
};

/** `redact`: what takes secrets out of GitHub's words, before they are cut. */
export function failureOf(
  error: unknown,
  what: string,
  now: number = Date.now(),
  redact: (text: string) => string = redactKnown,
): GitHubFailure {
  if (error instanceof GitHubFailure) return error;
  if (error instanceof GraphqlResponseError) {
    const said = error.errors?.map(({ message }) => message).join('; ') ?? '';
    return graphqlFailureOf(error, `${what}: ${oneLine(said, redact)}`, now);
  }
  const { message, status, response } = asRestError(error);
  const text = `${what}: ${oneLine(message, redact)}`;
  if (typeof status !== 'number' || !response) return new GitHubFailure('transport', text, null);
  const headers = response.headers ?? {};
  if (isLimit(status, headers, message))
    return new GitHubFailure('rate_limit', text, status, waitMs(headers, now));
  // Whatever is asked for then, with a token of before or for another one.
  if (status === 403 && /installation has been suspended/i.test(message))
    return new NotInstalled(text, status);
  return new GitHubFailure(classOf(status), text, status, askedFor(headers, now));
}

/** Runs a call; whatever fails in it is a `GitHubFailure` that says what was tried, and by which request. */
export async function attempt<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw failureOf(error, what);
    if (!error.message.includes(what)) error.message = `${what}: ${error.message}`;
    throw error;
  }
}

/** Those of the answer that was a failure; `null` where there was no answer. */
export function headersOf(error: unknown): Record<string, unknown> | null {
  if (error instanceof GraphqlResponseError) return error.headers;
  return asRestError(error).response?.headers ?? null;
}

/** There was no connection on which a request could have been sent. */
const UNCONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

export function isUnconnected(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return UNCONNECTED.has(code) || isUnconnected(error.cause);
}

/** `null` in place of a 404. */
export async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof GitHubFailure && error.class === 'not_found') return null;
    throw error;
  }
}

/** `unread` in place of what GitHub does not show us. */
export async function orUnread<T>(unread: T, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof GitHubFailure && error.lasting) return unread;
    throw error;
  }
}

/** GitHub's own words, without what we tried and where it is documented. */
export const reasonOf = (failure: GitHubFailure): string =>
  failure.message
    .replace(/^(?:.*?: )?[A-Z]{3,6} \S+: /, '')
    .replace(/ - https:\/\/docs\.github\.com\S*$/, '');

function asRestError(error: unknown): RestError {
  if (!(error instanceof Error)) return { message: String(error) };
  return error satisfies Error as Error & RestError;
}

function graphqlFailureOf(
  { errors, headers }: GraphqlResponseError<unknown>,
  text: string,
  now: number,
): GitHubFailure {
  const kind = classOfGraphql(errors?.map(({ type }) => type) ?? []);
  return new GitHubFailure(kind, text, 200, kind === 'rate_limit' ? waitMs(headers, now) : null);
}

function classOf(status: number): GitHubFailure['class'] {
  if (status >= 500) return 'server';
  switch (status) {
    case 401:
    case 403:
    case 451:
      return 'forbidden';
    case 404:
    case 410:
      return 'not_found';
    case 405:
    case 409:
      return 'conflict';
    default:
      return 'invalid';
  }
}

function classOfGraphql(types: string[]): GitHubFailure['class'] {
  if (types.includes('RATE_LIMITED')) return 'rate_limit';
  if (types.includes('FORBIDDEN') || types.includes('INSUFFICIENT_SCOPES')) return 'forbidden';
  if (types.includes('NOT_FOUND')) return 'not_found';
  return types.includes('UNPROCESSABLE') ? 'invalid' : 'server';
}

function isLimit(status: number, headers: Record<string, unknown>, message: string): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers['retry-after'] !== undefined ||
    headers['x-ratelimit-remaining'] === '0' ||
    /rate limit/i.test(message)
  );
}

/** `retry-after`, then `x-ratelimit-reset`, then a minute. */
function waitMs(headers: Record<string, unknown>, now: number): number {
  const after = askedFor(headers, now);
  if (after !== null) return Math.max(1000, after);
  const reset = seconds(headers['x-ratelimit-reset']);
  if (reset !== null && headers['x-ratelimit-remaining'] === '0')
    return within(reset * 1000 - (answeredAt(headers) ?? now));
  return UNKNOWN_WAIT_MS;
}

const within = (ms: number): number => Math.min(Math.max(1000, ms), LONGEST_WAIT_MS);

/** GitHub says seconds; what stands before it may say a date. */
function askedFor(headers: Record<string, unknown>, now: number): number | null {
  const after = headers['retry-after'];
  const whole = seconds(after);
  if (whole !== null) return Math.min(whole * 1000, LONGEST_WAIT_MS);
  const date = typeof after === 'string' && after.endsWith(' GMT') ? Date.parse(after) : Number.NaN;
  return Number.isNaN(date) ? null : within(date - (answeredAt(headers) ?? now));
}

/** By GitHub's clock. */
function answeredAt({ date }: Record<string, unknown>): number | null {
  const at = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

const seconds = (header: unknown): number | null =>
  typeof header === 'string' && /^\d{1,12}$/.test(header) ? Number(header) : null;

/** Of a longer text only this much is looked at, in characters. */
const MOST = 4_000;

/** Without secrets, and cut. What a rule says stands below the line that says that one was violated. */
export const oneLine = (text: string, redact: (text: string) => string = redactKnown): string =>
  redact(text.slice(0, MOST))
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .join(' ')
    .slice(0, 500);
