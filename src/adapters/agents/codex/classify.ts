/** The class of an error from its message, because Codex reports neither class nor status. */

import type { ErrorClass } from '../../../core/agent-event.ts';
import { inOrder } from '../../../core/in-order.ts';

type Failure = { class: ErrorClass; httpStatus?: number };

/** The first match counts. Measured on 0.169.0. */
const CLASSES: [ErrorClass, RegExp | ((message: string) => boolean)][] = [
  // The folder of sessions does not have it, or the provider can't read what it gave out for it.
  ['session_unknown', /thread\/resume failed|invalid_encrypted_content/i],
  ['quota', /usage limit|quota|usage_not_included/i],
  ['auth', /status:? 40[13]\b|incorrect api key|missing environment variable/i],
  ['context_overflow', /context (window|length)|context_length_exceeded/i],
  ['model_not_found', isModelNotFound],
  ['rate_limit', /status:? 429\b|rate.?limit|too many requests/i],
  ['server', /status:? 5\d\d\b|high demand|overloaded|internal server error/i],
  ['policy', /content policy|flagged|invalid_prompt/i],
  ['transport', /connection|error sending request|stream (disconnected|closed)|timed? ?out/i],
];

/** @foreign */
export function classify(message: string): Failure {
  const found =
    CLASSES.find(([, says]) =>
      says instanceof RegExp ? says.test(message) : says(message),
    )?.[0] ?? 'protocol';
  const status = /status:? (\d{3})\b/.exec(message)?.[1];
  return status === undefined ? { class: found } : { class: found, httpStatus: Number(status) };
}

function isModelNotFound(message: string): boolean {
  return (
    /model_not_found/i.test(message) ||
    inOrder(message, /model\b/i, /not found|does not exist|not supported/i)
  );
}
