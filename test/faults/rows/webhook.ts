/** Sends a webhook as GitHub would. */
import { createHmac, randomUUID } from 'node:crypto';
import type { RowEnvironment } from './environment.ts';

export type Answer = { guid: string; status: number; ms: number };

/** The status of the answer; 0 where there was none. */
export async function send(
  { port, secret }: Pick<RowEnvironment, 'port' | 'secret'>,
  event: string,
  payload: object,
): Promise<Answer> {
  const guid = randomUUID();
  const body = JSON.stringify(payload);
  const began = performance.now();
  const status = await fetch(`http://127.0.0.1:${port}/api/github/webhooks`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': guid,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
    signal: AbortSignal.timeout(10_000),
  }).then(
    answer => answer.status,
    () => 0,
  );
  return { guid, status, ms: performance.now() - began };
}

/** An event without a meaning for Gatehouse, which stores and then ignores it. */
export const nothing = () => ({ action: 'opened', nonce: randomUUID() });
