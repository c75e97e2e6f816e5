/** What a supervisor or a load balancer asks: is the process alive, can it do its work. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { within } from '../../engine/ports/time-limit.ts';
import { cedarTraps } from '../../policy/cedar.ts';

/** Each part's name, and how to ask whether it answers. */
export type Ready = Record<string, () => Promise<boolean>>;

/** A part that takes longer is not ready. Milliseconds. */
const PATIENCE_MS = 2_000;

/** True where the request was for us. */
export async function answerHealth(
  request: IncomingMessage,
  response: ServerResponse,
  parts: Ready,
): Promise<boolean> {
  const path = request.url?.split('?')[0];
  if (path !== '/health' && path !== '/ready') return false;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return true;
  }
  if (path === '/health') reply(response, 200, { alive: true, ...policyEngine() });
  else {
    const asked = Object.entries(parts).map(async ([name, ask]) => [name, await answers(ask)]);
    const found = await Promise.all(asked);
    const ready = found.every(([, answered]) => answered);
    reply(response, ready ? 200 : 503, { ready, ...Object.fromEntries(found) });
  }
  return true;
}

/** Says nothing while nothing happened: a policy engine that trapped was replaced, and works. */
function policyEngine(): { policyEngine?: { replaced: number; because: string | null } } {
  const { count, last } = cedarTraps();
  return count > 0 ? { policyEngine: { replaced: count, because: last } } : {};
}

async function answers(ask: () => Promise<boolean>): Promise<boolean> {
  try {
    return await within(PATIENCE_MS, ask(), () => false);
  } catch {
    return false;
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(`${JSON.stringify(body)}\n`);
}
