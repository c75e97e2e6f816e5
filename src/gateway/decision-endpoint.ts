/**
 * The decision endpoint: `POST /decide` with the agent's question as JSON
 * (`engine/facts/agent-question.ts`). On any error the answer is a denial with the reason; the
 * agent's side treats no answer as a denial too.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ActAnswer, denied } from '../core/act.ts';
import type { Decide } from '../engine/ports/gateway.ts';
import type { ReadJsonBody } from './read-json-body.ts';

export const DECIDE_PATH = '/decide';
/** The longest command line that an agent asks about, escaped as JSON escapes. Bytes. */
const MAX_QUESTION = 1024 * 1024;

export async function answerDecision(
  request: IncomingMessage,
  response: ServerResponse,
  { decide, readBody }: { decide: Decide | null; readBody: ReadJsonBody },
): Promise<void> {
  const reply = (status: number, answer: ActAnswer) => {
    const text = JSON.stringify(answer);
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  };
  if (!decide) return reply(403, denied('Nothing is decided for this run: it runs one command.'));
  if (request.method !== 'POST')
    return reply(405, denied('Questions are sent with POST, as a JSON object.'));
  const question = await readBody(request, response, MAX_QUESTION);
  if (typeof question === 'string') return reply(400, denied(`${question}.`));
  try {
    reply(200, await decide(question));
  } catch {
    // `decide` logs its own errors; the agent is not shown what failed.
    reply(500, denied('Gatehouse could not decide, so it is not allowed. Go on without it.'));
  }
}
