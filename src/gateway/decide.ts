/**
 * `POST /decide` with the question of an agent as JSON (`engine/facts/agent-question.ts`). Whatever goes wrong,
 * the answer is a denial that says why; no answer at all means the same.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ActAnswer, denied } from '../core/act.ts';
import type { Decide } from '../engine/ports/gateway.ts';
import { readBody } from './upstream.ts';

export const DECIDE_PATH = '/decide';

export async function answerQuestion(
  asked: IncomingMessage,
  response: ServerResponse,
  decide: Decide | null,
): Promise<void> {
  const say = (status: number, answer: ActAnswer) => {
    const text = JSON.stringify(answer);
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  };
  if (!decide) return say(403, denied('Nothing is decided for this run: it runs one command.'));
  if (asked.method !== 'POST')
    return say(405, denied('Questions are sent with POST, as a JSON object.'));
  const question = await readBody(asked);
  if (typeof question === 'string') return say(400, denied(`${question}.`));
  try {
    say(200, await decide(question));
  } catch {
    // Told to the log by whoever decides: what failed is nothing for the agent.
    say(500, denied('Gatehouse could not decide, so it is not allowed. Go on without it.'));
  }
}
