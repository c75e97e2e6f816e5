/** Finds the class of an error from Claude Code's name for it, its HTTP status and its message. */
import type { ErrorClass } from '../../../core/agent-event.ts';

/** By Claude Code's name of the error; others are classified by status and message. */
const BY_NAME: Record<string, ErrorClass> = {
  authentication_failed: 'auth',
  oauth_org_not_allowed: 'auth',
  account_on_hold: 'auth',
  verification_required: 'auth',
  cloud_credential_error: 'auth',
  billing_error: 'quota',
  rate_limit: 'rate_limit',
  overloaded: 'server',
  model_not_found: 'model_not_found',
  max_output_tokens: 'context_overflow',
};

const BY_STATUS: Record<number, ErrorClass> = {
  401: 'auth',
  402: 'quota',
  403: 'auth',
  404: 'model_not_found',
  408: 'transport',
  413: 'context_overflow',
  429: 'rate_limit',
};

/** By message, before name and status, because it is more precise. Measured on 2.1.329. */
const BY_WORDS: [ErrorClass, RegExp][] = [
  ['session_unknown', /^No conversation found with session ID/],
  ['quota', /\bis spent, or reserved by|credit balance|usage limit|hit your limit|maximum budget/i],
  ['policy', /not forwarded to the provider|may not be called|content filtering|usage policy/i],
  ['context_overflow', /prompt is too long|context (window|limit)/i],
  [
    'transport',
    /\((ECONN\w+|ETIMEDOUT|EPIPE|ENOTFOUND|FailedToOpenSocket)\)|connection (refused|error|to the API was lost)|timed? ?out/i,
  ],
];

/** @foreign */
export function classify(
  message: string,
  errorName: string | null,
  status: number | null,
): { class: ErrorClass; httpStatus?: number } {
  const found =
    BY_WORDS.find(([, words]) => words.test(message))?.[0] ??
    (errorName !== null && Object.hasOwn(BY_NAME, errorName) ? BY_NAME[errorName] : undefined) ??
    (status === null ? undefined : status >= 500 ? 'server' : BY_STATUS[status]) ??
    (errorName === 'server_error' ? 'server' : 'protocol');
  return status === null ? { class: found } : { class: found, httpStatus: status };
}
