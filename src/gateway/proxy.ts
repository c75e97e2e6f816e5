/** The allow-list proxy: CONNECT and plain HTTP to granted hosts, everything else 403. */
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { admit, type Destination, nameOf, parseDestination } from './grants.ts';

export type GrantedProxy = {
  grants: Destination[];
  /** Keeps for the report what was refused, and why. */
  refuse(destination: string, reason: string): void;
};

const CONNECT_MS = 10_000;
/** A connection that carries nothing for so long is dropped. */
const IDLE_MS = 120_000;

/** `CONNECT host:port`. Never throws: whatever fails, the client's socket ends. */
export async function tunnel(
  asked: IncomingMessage,
  client: Duplex,
  head: Buffer,
  door: GrantedProxy,
): Promise<void> {
  client.on('error', () => client.destroy());
  const end = (status: string, text: string) =>
    client.end(
      `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
    );

  const authority = asked.url ?? '';
  // Without a port it is no CONNECT target: `name` alone would quietly mean 443.
  const destination = /:\d+$/.test(authority) ? parseDestination(authority) : null;
  if (!destination) return void end('400 Bad Request', 'Gatehouse: CONNECT needs host:port.\n');
  const name = nameOf(destination);
  const verdict = await admit(destination, door.grants);
  if (!verdict.ok) {
    door.refuse(name, verdict.reason);
    return void end('403 Forbidden', `Gatehouse: ${name} is refused: ${verdict.reason}.\n`);
  }

  const upstream = connect({ host: verdict.address, port: destination.port });
  upstream.setTimeout(CONNECT_MS, () => upstream.destroy(new Error('no answer in time')));
  const failure = await new Promise<Error | null>(resolve => {
    upstream.once('connect', () => resolve(null));
    upstream.once('error', resolve);
    client.once('close', () => upstream.destroy(new Error('the client is gone')));
  });
  if (failure) return void end('502 Bad Gateway', `Gatehouse: ${name}: ${failure.message}\n`);
  upstream.setTimeout(IDLE_MS, () => upstream.destroy());
  client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  if (head.length > 0) upstream.write(head);
  await Promise.allSettled([pipeline(client, upstream), pipeline(upstream, client)]);
}

/** `GET http://host/path`: the host of the URL decides, whatever the `Host` header says. */
export async function forward(
  asked: IncomingMessage,
  answer: ServerResponse,
  url: URL,
  door: GrantedProxy,
): Promise<void> {
  const end = (status: number, text: string) => {
    if (answer.headersSent) return void answer.destroy();
    answer.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(text);
  };
  if (url.protocol !== 'http:' || url.username !== '' || url.password !== '') {
    door.refuse(url.protocol + url.host, 'only plain http without a user name is forwarded');
    return end(403, 'Gatehouse: only plain http is forwarded; use CONNECT for https.\n');
  }
  const destination = parseDestination(`${url.hostname}:${url.port === '' ? 80 : url.port}`);
  if (!destination) return end(400, 'Gatehouse: not a host.\n');
  const name = nameOf(destination);
  const verdict = await admit(destination, door.grants);
  if (!verdict.ok) {
    door.refuse(name, verdict.reason);
    return end(403, `Gatehouse: ${name} is refused: ${verdict.reason}.\n`);
  }

  const upstream = request({
    host: verdict.address,
    port: destination.port,
    method: asked.method,
    path: url.pathname + url.search,
    headers: { ...endToEnd(asked.headers), host: url.host },
    agent: false,
    timeout: IDLE_MS,
  });
  upstream.on('timeout', () => upstream.destroy(new Error('no answer in time')));
  answer.on('close', () => upstream.destroy());
  const given = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve);
    upstream.once('error', reject);
  });
  try {
    const [response] = await Promise.all([given, pipeline(asked, upstream)]);
    answer.writeHead(response.statusCode ?? 502, endToEnd(response.headers));
    await pipeline(response, answer);
  } catch (error) {
    end(502, `Gatehouse: ${name}: ${error instanceof Error ? error.message : 'failed'}\n`);
  }
}

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** RFC 9110 §7.6.1: what one hop says is not passed on, nor what `Connection` names. */
function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const named = new Set(
    String(headers.connection ?? '')
      .toLowerCase()
      .split(/\s*,\s*/),
  );
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !HOP_BY_HOP.has(name) && !named.has(name)) kept[name] = value;
  return kept;
}
