/** One request to another server, framed by us: what the client sent of its framing is not passed on. */
import {
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
  request as requestHttp,
  type ServerResponse,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

type Exchange = {
  protocol: string;
  options: RequestOptions & { headers: OutgoingHttpHeaders };
  /** A stream is sent in chunks where the headers do not give its length; `null`: there is no body. */
  body: Readable | Buffer | null;
  idleMs: number;
  /** Called once the whole request has left: the other server may act on it from then on. */
  sent?: () => void;
};

/**
 * The response's head, as soon as it comes. The request ends when the client is gone, and where the
 * other server wants to speak another protocol; it is not made for a client that has left before.
 */
export async function exchange(
  { protocol, options, body, idleMs, sent }: Exchange,
  client: ServerResponse,
): Promise<IncomingMessage> {
  if (client.destroyed) throw new Error('the client is gone');
  const { headers } = options;
  // Without one of the two, Node sends the body of a GET as bytes that begin the next request.
  if (Buffer.isBuffer(body)) headers['content-length'] = body.length;
  else if (body && headers['content-length'] === undefined)
    headers['transfer-encoding'] = 'chunked';
  const send = protocol === 'http:' ? requestHttp : requestHttps;
  const upstream = send({ ...options, timeout: idleMs });
  if (sent) upstream.once('finish', sent);
  const received = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve);
    upstream.on('error', reject);
    upstream.once('timeout', () => upstream.destroy(new Error('no answer in time')));
    upstream.once('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new Error('it answered by changing the protocol'));
    });
    upstream.once('close', () => reject(new Error('the connection ended without an answer')));
  });
  const end = () => upstream.destroy();
  client.once('close', end);
  // One client may be answered from many requests, as where an answer is polled for.
  upstream.once('close', () => client.off('close', end));
  if (body === null || Buffer.isBuffer(body)) {
    upstream.end(body ?? undefined);
    return received;
  }
  // What goes wrong while it is sent is told by `received`.
  pipeline(body, upstream).catch(() => undefined);
  return received;
}
