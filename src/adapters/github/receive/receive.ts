/**
 * Receives webhooks: a body is limited in size, verified, checked for its form and stored, then answered
 * with 202. Nothing else happens before the answer, and nothing of a refused body is kept or logged.
 */

import { createHmac, subtle, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { emitterEventNames } from '@octokit/webhooks';
import { giveBack } from '../../../core/bounds/body-parts.ts';
import { repositoryIn } from '../../../core/repository-in.ts';
import type { Deliveries, Received } from '../../../engine/ports/deliveries.ts';
import type { Logger } from '../../../engine/ports/logger.ts';
import { within } from '../../../engine/ports/time-limit.ts';
import { jsonObjectFault } from './json-fault.ts';
import { createReadBody } from './read-body.ts';

export const WEBHOOK_PATH = '/api/github/webhooks';

/** GitHub sends nothing larger. */
const MAX_BYTES = 25 * 1024 * 1024;
/** GitHub waits 10 s for an answer; ours comes well before, and is an error where storing takes longer. */
const STORE_MS = 5_000;

const EVENTS: ReadonlySet<string> = new Set(
  emitterEventNames.map(name => name.split('.')[0] ?? ''),
);
const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

type ReceiverOptions = {
  secret: string;
  deliveries: Pick<Deliveries, 'receive'>;
  log: Logger;
  /** Bytes of one body, and of all that are read at once. */
  maxBytes?: number;
  allBytes?: number;
  /** Milliseconds that storing may take. */
  storeMs?: number;
  /** Called once the delivery is stored and acknowledged, so that work on it may begin. */
  acknowledged?: (guid: string, received: Received, repository: number | null) => void;
};

/** Returns true where it has answered the request. */
export type Receiver = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

type Refusal = { status: number; problem: string };

export function createReceiver(options: ReceiverOptions): Receiver {
  const { secret, deliveries, log, storeMs = STORE_MS } = options;
  if (secret === '')
    throw new Error('The webhook secret is empty: set the one that the GitHub App has.');
  const signature = createSignature(secret);
  const read = createReadBody(options.maxBytes ?? MAX_BYTES, options.allBytes);

  return async (request, response) => {
    if (request.url?.split('?')[0] !== WEBHOOK_PATH) return false;
    const event = header(request, 'x-github-event');
    const guid = header(request, 'x-github-delivery');
    const refuse = ({ status, problem }: Refusal): true => {
      log.warn({ event: event.slice(0, 60), guid: guid.slice(0, 60), status }, problem);
      if (!response.headersSent) answer(response, status, problem);
      return true;
    };
    const fault = headFault(request, event, guid);
    if (fault) return refuse(fault);
    const body = await read(request, response);
    if (!Buffer.isBuffer(body)) return refuse(body);
    if (!isSigned(await signature(body), header(request, 'x-hub-signature-256'))) {
      giveBack(body);
      return refuse({ status: 401, problem: 'The signature does not match the body.' });
    }
    const malformed = jsonObjectFault(body);
    if (malformed) return refuse({ status: 400, problem: `Malformed payload: ${malformed}.` });
    const received = await store(deliveries, { guid: guid.toLowerCase(), event, body }, storeMs);
    if (typeof received !== 'string') {
      log.error({ event, guid, reason: received.reason }, 'A delivery could not be stored');
      answer(response, 503, 'The delivery could not be stored; send it again.');
      return true;
    }
    answer(response, 202, received);
    log.debug({ event, guid, received }, 'A delivery was received');
    options.acknowledged?.(guid.toLowerCase(), received, repositoryIn(body));
    return true;
  };
}

/** What can be refused before the body is read. */
function headFault(request: IncomingMessage, event: string, guid: string): Refusal | null {
  if (request.method !== 'POST') return { status: 405, problem: 'Only POST is answered here.' };
  if (!SIGNATURE.test(header(request, 'x-hub-signature-256')))
    return { status: 401, problem: 'X-Hub-Signature-256 is missing or malformed.' };
  if (!EVENTS.has(event))
    return { status: 400, problem: 'X-GitHub-Event is missing or no event of GitHub.' };
  if (!GUID.test(guid)) return { status: 400, problem: 'X-GitHub-Delivery is missing or no GUID.' };
  if (!/^application\/json\s*(;|$)/i.test(header(request, 'content-type')))
    return { status: 415, problem: 'Set the content type of the webhook to application/json.' };
  return null;
}

/** The signature of a large body is computed in another thread, so that nothing else waits for it. */
const MOST_HERE = 256 * 1024;

function createSignature(secret: string): (body: Buffer<ArrayBuffer>) => Promise<Buffer> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = subtle.importKey('raw', Buffer.from(secret), algorithm, false, ['sign']);
  return async body =>
    body.length <= MOST_HERE
      ? createHmac('sha256', secret).update(body).digest()
      : Buffer.from(await subtle.sign(algorithm, await key, body));
}

const isSigned = (expected: Buffer, signature: string): boolean =>
  timingSafeEqual(expected, Buffer.from(signature.slice('sha256='.length), 'hex'));

function store(
  deliveries: Pick<Deliveries, 'receive'>,
  delivery: Parameters<Deliveries['receive']>[0],
  storeMs: number,
): Promise<Received | { reason: string }> {
  const stored = deliveries
    .receive(delivery)
    .catch((error: unknown) => ({ reason: error instanceof Error ? error.message : 'unknown' }));
  return within(storeMs, stored, () => ({ reason: `storing took over ${storeMs} ms` }));
}

const header = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
};

function answer(response: ServerResponse, status: number, text: string): void {
  if (response.destroyed) return;
  const refused = status >= 400 && status < 500;
  const line = `${text}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    // With the length known, head and body are sent together.
    'content-length': Buffer.byteLength(line),
    // The rest of a refused body is not waited for.
    ...(refused && { connection: 'close' }),
  });
  response.end(line);
}
