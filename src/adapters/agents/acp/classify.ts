/** The class of an error from its HTTP status and its words, as providers put them. */
import { inOrder } from '../../../core/text/in-order.ts';
import type { AcpFailure } from './cli.ts';

const SPENT = /quota|usage limit|\bis spent\b|billing/i;
const CONTEXT =
  /context (window|length|size)|context_length_exceeded|too many tokens|prompt is too long/i;
const CONNECTION =
  /terminated|fetch failed|network|connection|socket|econn|etimedout|enotfound|timed? ?out|premature close|incomplete|aborted|stream (ended|closed|was cut)/i;

/** `status`: of the provider's answer, where it is told; else it is looked for in the message. @foreign */
export function classify(message: string, status: number | null): AcpFailure {
  const found =
    status ?? Number(/\b(?:status(?: code)?|code)"?:? ?([45]\d\d)\b/i.exec(message)?.[1]);
  const http = found >= 400 && found < 600 ? found : null;
  return { class: classOf(message, http), ...(http !== null && { httpStatus: http }) };
}

function classOf(message: string, status: number | null): AcpFailure['class'] {
  if (CONTEXT.test(message)) return 'context_overflow';
  if (SPENT.test(message)) return 'quota';
  if (isModelNotFound(message) || status === 404) return 'model_not_found';
  if (
    status === 401 ||
    status === 403 ||
    /api.?key|credential|unauthori[sz]ed|authentication/i.test(message)
  )
    return 'auth';
  if (status === 429 || /rate.?limit|too many requests|resource.?exhausted/i.test(message))
    return 'rate_limit';
  if (CONNECTION.test(message)) return 'transport';
  if ((status ?? 0) >= 500 || /overloaded|internal (server )?error|unavailable/i.test(message))
    return 'server';
  if (/content (policy|filter)|safety|flagged/i.test(message)) return 'policy';
  return 'protocol';
}

function isModelNotFound(message: string): boolean {
  return (
    /model_not_found/i.test(message) ||
    inOrder(message, /model\b/i, /not found|does not exist|not supported/i)
  );
}
