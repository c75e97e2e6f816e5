/** One HTTP request to the model's provider, and what of it and its response is forwarded. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { urlToHttpOptions } from 'node:url';
import { exchange } from './exchange.ts';

const MAX_ERROR_BODY = 64 * 1024;
/** A model that reasons may send nothing for minutes. */
const IDLE_TIMEOUT_MS = 300_000;
const RESPONSE_HEADERS = ['content-type', 'retry-after', 'x-request-id', 'request-id'];

/**
 * Sends the client's request with these headers only; it is aborted when the client disconnects.
 * `sent` is called once all of it has left.
 */
export function sendUpstream(
  url: URL,
  client: { request: IncomingMessage; response: ServerResponse; sent: () => void },
  given: Record<string, string>,
  body: Buffer | null,
): Promise<IncomingMessage> {
  const headers: OutgoingHttpHeaders = { ...given, 'accept-encoding': 'identity' };
  if (body) headers['content-type'] = 'application/json';
  const options = { ...urlToHttpOptions(url), method: client.request.method, headers };
  const { sent, response } = client;
  return exchange(
    { protocol: url.protocol, options, body, idleMs: IDLE_TIMEOUT_MS, sent },
    response,
  );
}

/** The named headers of a message, as far as it has them. */
export function pickHeaders(message: IncomingMessage, names: string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of names) {
    const value = message.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  return headers;
}

/** Seconds. An agent that is told to wait longer would sleep through its time, and no other could take over. */
const LONGEST_WAIT = 30;

export function responseHeaders(upstreamResponse: IncomingMessage): Record<string, string> {
  const headers = pickHeaders(upstreamResponse, RESPONSE_HEADERS);
  const wait = headers['retry-after'] ?? '';
  if (!/^\d{1,2}$/.test(wait) || Number(wait) > LONGEST_WAIT) delete headers['retry-after'];
  return headers;
}

export const isEncoded = (message: IncomingMessage): boolean =>
  (message.headers['content-encoding'] ?? 'identity') !== 'identity';

/** The beginning of an error body; the rest is discarded. */
export async function readErrorBody(upstreamResponse: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of upstreamResponse as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_ERROR_BODY) break;
    }
  } catch {
    // Of a body that was cut off, the part that arrived is enough.
  }
  return Buffer.concat(chunks).toString('utf8', 0, Math.min(size, MAX_ERROR_BODY));
}
