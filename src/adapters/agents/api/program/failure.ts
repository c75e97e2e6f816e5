/** What an error of a call to the model means. */
import { APICallError } from 'ai';
import type { AgentEvent } from '../../../../core/agent-event.ts';

type Failure = Pick<Extract<AgentEvent, { type: 'error' }>, 'class' | 'message' | 'httpStatus'>;

/** A call whose failure is known. */
export class KnownFailure extends Error {
  readonly failure: Failure['class'];
  constructor(failure: Failure['class'], message: string) {
    super(message);
    this.failure = failure;
  }
}

/** Whatever broke an answer that had begun, it was cut: only a refusal has a status of its own. */
export const asCut = (error: unknown): unknown =>
  error instanceof KnownFailure ||
  (APICallError.isInstance(error) && (error.statusCode ?? 0) >= 400)
    ? error
    : new KnownFailure('transport', error instanceof Error ? error.message : JSON.stringify(error));

const CONTEXT =
  /context (window|length|size)|context_length_exceeded|too many tokens|prompt is too long/i;
const SPENT = /quota|billing|credit balance|\bis spent\b/i;

export function failureOf(error: unknown): Failure {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 16_000);
  if (error instanceof KnownFailure) return { class: error.failure, message };
  if (!APICallError.isInstance(error)) return { class: 'protocol', message };
  const { statusCode: status, responseBody = '' } = error;
  if (status === undefined) return { class: 'transport', message };
  const said = `${message} ${responseBody.slice(0, 10_000)}`;
  return {
    class: classOf(status, said),
    message: message || `The model answered ${status}.`,
    httpStatus: status,
  };
}

function classOf(status: number, said: string): Failure['class'] {
  if (CONTEXT.test(said) || status === 413) return 'context_overflow';
  // Anthropic answers 400 where nothing is left to pay with.
  if (status === 402 || (status < 500 && SPENT.test(said))) return 'quota';
  if (status === 429) return 'rate_limit';
  if (status === 401) return 'auth';
  if (status === 403) return /forbidden_(model|feature|path)/.test(said) ? 'policy' : 'auth';
  if (status === 404) return 'model_not_found';
  if (status === 408) return 'transport';
  return status >= 500 ? 'server' : 'protocol';
}
