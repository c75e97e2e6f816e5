/** GitHub's errors as the failures that the core can judge. */
import { redact } from '../../core/redact.ts';
import { GitHubFailure } from '../../engine/ports/github.ts';

/** Where a limit is hit and nothing says until when. */
const UNKNOWN_WAIT_MS = 60_000;

/** What we read of an octokit error; anything else is a failure of transport. */
type HttpError = {
  message: string;
  status?: unknown;
  response?: { headers?: Record<string, unknown>; data?: unknown };
  errors?: unknown;
};

export function failureOf(error: unknown, what: string, now: number = Date.now()): GitHubFailure {
  if (error instanceof GitHubFailure) return error;
  const { message, status, response, errors } = asHttpError(error);
  const text = `${what}: ${redact(firstLine(message))}`;
  if (Array.isArray(errors) && typeof status !== 'number')
    return new GitHubFailure(classOfGraphql(errors), text, 200, null);
  if (typeof status !== 'number' || !response) return new GitHubFailure('transport', text, null);
  const headers = response.headers ?? {};
  if (isLimit(status, headers, message))
    return new GitHubFailure('rate_limit', text, status, waitMs(headers, now));
  const retryAfter = seconds(headers['retry-after']);
  return new GitHubFailure(classOf(status), text, status, retryAfter && retryAfter * 1000);
}

/** Runs a call; whatever fails in it is a `GitHubFailure` that says what was tried. */
export async function attempt<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw failureOf(error, what);
  }
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

function asHttpError(error: unknown): HttpError {
  if (!(error instanceof Error)) return { message: String(error) };
  return error satisfies Error as Error & HttpError;
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

function classOfGraphql(errors: unknown[]): GitHubFailure['class'] {
  const types = errors.map(error =>
    typeof error === 'object' && error !== null && 'type' in error ? error.type : null,
  );
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
  const after = seconds(headers['retry-after']);
  if (after !== null) return after * 1000;
  const reset = seconds(headers['x-ratelimit-reset']);
  if (reset !== null && headers['x-ratelimit-remaining'] === '0')
    return Math.max(1000, reset * 1000 - now);
  return UNKNOWN_WAIT_MS;
}

const seconds = (header: unknown): number | null =>
  typeof header === 'string' && /^\d{1,12}$/.test(header) ? Number(header) : null;

const firstLine = (text: string): string => (text.split('\n', 1)[0] ?? '').slice(0, 500);
