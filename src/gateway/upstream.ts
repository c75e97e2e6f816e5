/** One HTTP exchange with the model's provider, and what of it may pass. */
import { type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http';
import { request as requestHttps } from 'node:https';

const MAX_BODY = 32 * 1024 * 1024;
const MAX_ERROR_BODY = 64 * 1024;
/** A model that thinks sends nothing for minutes. */
const IDLE_MS = 300_000;
const PASSED_BACK = ['content-type', 'retry-after', 'x-request-id', 'request-id'];

/** Sends what was asked, with these headers only, and lets go when the client does. */
export function exchange(
  url: URL,
  asked: IncomingMessage,
  answer: ServerResponse,
  headers: Record<string, string>,
  body: Buffer | null,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'http:' ? requestHttp : requestHttps;
    const upstream = request(url, {
      method: asked.method ?? 'GET',
      headers: {
        ...headers,
        'accept-encoding': 'identity',
        ...(body && { 'content-type': 'application/json', 'content-length': body.length }),
      },
      timeout: IDLE_MS,
    });
    upstream.on('timeout', () => upstream.destroy(new Error('no answer in time')));
    upstream.on('error', reject);
    upstream.on('response', resolve);
    answer.once('close', () => upstream.destroy(new Error('the client is gone')));
    upstream.end(body ?? undefined);
  });
}

/** The named headers of a message, where they are there. */
export function only(message: IncomingMessage, names: string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of names) {
    const value = message.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  return headers;
}

export const passedBack = (given: IncomingMessage) => only(given, PASSED_BACK);

export const isEncoded = (message: IncomingMessage): boolean =>
  (message.headers['content-encoding'] ?? 'identity') !== 'identity';

/** The JSON object of a request, or what is wrong with it. */
export async function readBody(asked: IncomingMessage): Promise<Record<string, unknown> | string> {
  if (isEncoded(asked)) return 'send the request body uncompressed';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of asked as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return `the request body is larger than ${MAX_BODY} bytes`;
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    // It is sent on as it was understood; nesting that can't be written again ends here.
    JSON.stringify(body);
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>;
  } catch {
    // Not JSON, or nested beyond reason.
  }
  return 'the request body is not a JSON object';
}

/** The beginning of an error body; the rest is thrown away. */
export async function readSome(given: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of given as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_ERROR_BODY) break;
    }
  } catch {
    // Cut: what came is enough.
  }
  return Buffer.concat(chunks).toString('utf8', 0, Math.min(size, MAX_ERROR_BODY));
}
