/** The class of an error, from what Codex says of it. Measured on 0.169.0. */
import { z } from 'zod';
import type { ErrorClass } from '../../../core/agent-event.ts';
import { inOrder } from '../../../core/text/in-order.ts';
import type { TurnError } from './messages.ts';

type Failure = { class: ErrorClass; httpStatus?: number };

/** What stands in a message; the first match counts. It says more than Codex's own kinds do. */
const SAID: [ErrorClass, RegExp | ((message: string) => boolean)][] = [
  // The folder of sessions does not have it, or the provider can't read what it gave out for it.
  ['session_unknown', /no rollout found|thread not found|invalid_encrypted_content/i],
  ['quota', /usage limit|quota|usage_not_included/i],
  ['auth', /status:? 40[13]\b|incorrect api key|missing environment variable/i],
  ['context_overflow', /context (window|length)|context_length_exceeded/i],
  ['model_not_found', isModelNotFound],
  ['rate_limit', /status:? 429\b|rate.?limit|too many requests/i],
  ['server', /status:? 5\d\d\b|high demand|overloaded|internal server error/i],
  ['policy', /content policy|flagged|invalid_prompt/i],
  ['transport', /connection|error sending request|stream (disconnected|closed)|timed? ?out/i],
];

/** Codex's own kinds of errors. */
const KINDS: Record<string, ErrorClass> = {
  contextWindowExceeded: 'context_overflow',
  sessionBudgetExceeded: 'quota',
  usageLimitExceeded: 'quota',
  rateLimitExceeded: 'rate_limit',
  flexUnavailable: 'server',
  serverOverloaded: 'server',
  policyCapacityUnavailable: 'server',
  internalServerError: 'server',
  modelNotFound: 'model_not_found',
  inferenceHookDenied: 'policy',
  cyberPolicy: 'policy',
  misalignmentPolicyViolation: 'policy',
  unauthorized: 'auth',
  httpConnectionFailed: 'transport',
  responseStreamConnectionFailed: 'transport',
  responseStreamDisconnected: 'transport',
  responseTooManyFailedAttempts: 'server',
};

const Kind = z.union([
  z.string().transform(kind => ({ kind, httpStatus: null })),
  z
    .record(z.string(), z.object({ httpStatusCode: z.number().int().nullish() }).catch({}))
    .transform(kinds => {
      const [[kind, of] = ['', {}]] = Object.entries(kinds);
      return { kind, httpStatus: of.httpStatusCode ?? null };
    }),
]);

/** @foreign */
export function classify(message: string): Failure {
  const found =
    SAID.find(([, says]) => (says instanceof RegExp ? says.test(message) : says(message)))?.[0] ??
    'protocol';
  const status = /status:? (\d{3})\b/.exec(message)?.[1];
  return status === undefined ? { class: found } : { class: found, httpStatus: Number(status) };
}

export function classOf({ message, additionalDetails, codexErrorInfo }: TurnError): Failure {
  const said = classify([message, additionalDetails ?? ''].join('\n'));
  const own = Kind.safeParse(codexErrorInfo).data;
  const kind = own && Object.hasOwn(KINDS, own.kind) ? KINDS[own.kind] : undefined;
  const httpStatus = own?.httpStatus ?? said.httpStatus;
  return {
    class: said.class === 'protocol' && kind ? kind : said.class,
    ...(httpStatus === undefined ? {} : { httpStatus }),
  };
}

function isModelNotFound(message: string): boolean {
  return (
    /model_not_found/i.test(message) ||
    inOrder(message, /model\b/i, /not found|does not exist|not supported/i)
  );
}
