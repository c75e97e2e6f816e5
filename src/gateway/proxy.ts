/**
 * The allow-list proxy: CONNECT and plain HTTP to hosts that are granted, or that policy lets an agent
 * connect to; all else is refused with 403.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type Duplex, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { areFragments } from '../core/bounds/body-parts.ts';
import { hostName } from '../core/host-name.ts';
import type { Unreached } from '../engine/ports/gateway.ts';
import type { AgentHosts } from './agent-hosts.ts';
import { exchange } from './exchange.ts';
import {
  authorityOf,
  type Destination,
  isGranted,
  NOT_GRANTED,
  parseDestination,
  resolveGranted,
  resolvePublic,
  type Way,
} from './grants.ts';
import { connectThrough, type ProxySettings, proxyFor } from './outer-proxy.ts';
import { UNKNOWN_NAME, whyUnreached } from './unreached.ts';

type ProxyAccess = {
  grants: Destination[];
  /** Every other host; `null`: none is reached. */
  hosts: AgentHosts | null;
  /** The proxies of the operator's network. */
  outer: ProxySettings;
  /** Records for the report what was refused, and why. */
  refuse(destination: string, reason: string): void;
  /** Records what it may connect to and did not reach. */
  missed(unreached: Unreached): void;
};

const CONNECT_TIMEOUT_MS = 10_000;
/** A connection without traffic is closed after this time. */
const IDLE_TIMEOUT_MS = 120_000;

/** Answers `CONNECT host:port`. It never throws: where something fails, the client's socket ends. */
export async function tunnel(
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  access: ProxyAccess,
): Promise<void> {
  const end = (status: string, text: string) =>
    client.end(
      `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
    );

  const authority = request.url ?? '';
  // A CONNECT target needs a port: a name alone would silently mean 443.
  const destination = /:\d+$/.test(authority) ? parseDestination(authority) : null;
  if (!destination) return void end('400 Bad Request', 'Gatehouse: CONNECT needs host:port.\n');
  const name = authorityOf(destination);
  const proxy = proxyFor(access.outer, 'https', destination);
  const closed = (free: () => void) => void client.once('close', free);
  const verdict = await findWay(destination, access, { proxy, closed });
  if (!verdict.ok) {
    const [status, text] = noWay(name, verdict, access);
    return void end(status === 403 ? '403 Forbidden' : '502 Bad Gateway', text);
  }
  // Nobody needs a connection whose run has ended meanwhile.
  if (client.destroyed) return;

  const upstream = await (proxy === null
    ? connectDirectly(verdict.address, destination.port, client)
    : connectThrough(proxy, destination, CONNECT_TIMEOUT_MS)
  ).catch((error: Error) => error);
  if (upstream instanceof Error) {
    access.missed({ destination: name, ...whyUnreached(upstream) });
    return void end('502 Bad Gateway', `Gatehouse: ${name}: ${upstream.message}\n`);
  }
  upstream.setTimeout(IDLE_TIMEOUT_MS, () => upstream.destroy());
  client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  if (head.length > 0) client.unshift(head);
  const ways = [
    [client, ...counted(verdict, access), upstream],
    [upstream, ...counted(verdict, access), client],
  ];
  await Promise.allSettled(ways.map(streams => pipeline(streams)));
}

/** Records why there is no way, and answers so: a name that nobody knows is refused by nobody. */
function noWay(
  name: string,
  { reason, unknown }: Extract<Way, { ok: false }>,
  access: ProxyAccess,
): [status: 403 | 502, text: string] {
  if (unknown) {
    access.missed({ destination: name, ...UNKNOWN_NAME });
    return [502, `Gatehouse: ${name} can't be reached: ${reason}.\n`];
  }
  access.refuse(name, reason);
  return [403, `Gatehouse: ${name} is refused: ${reason}.\n`];
}

/** Where to connect, and whether that is for an agent: then its traffic is bounded. */
type Verdict = Way & { bounded?: true };

/** Names that a proxy is for are resolved by the proxy, as its network wants it. */
async function findWay(
  destination: Destination,
  { grants, hosts }: ProxyAccess,
  { proxy, closed }: { proxy: URL | null; closed: (free: () => void) => void },
): Promise<Verdict> {
  const { host } = destination;
  if (isGranted(destination, grants) || hosts === null) {
    if (proxy === null) return resolveGranted(destination, grants);
    return isGranted(destination, grants) ? { ok: true, address: host } : NOT_GRANTED;
  }
  if (hostName(host) === null)
    return { ok: false, reason: 'hosts are reached by their names, not by addresses' };
  const place = hosts.occupy();
  if (place === null)
    return { ok: false, reason: `this run has ${hosts.limits.connections} connections open` };
  closed(place.free);
  const reason = await hosts.refusal(destination);
  if (reason !== null) return { ok: false, reason };
  const way = proxy === null ? await resolvePublic(host) : { ok: true as const, address: host };
  return { ...way, bounded: true };
}

const counted = (verdict: Verdict, { hosts }: ProxyAccess): Transform[] =>
  verdict.bounded && hosts ? [hosts.counted()] : [];

function connectDirectly(address: string, port: number, client: Duplex): Promise<Socket> {
  const upstream = connect({ host: address, port });
  upstream.setTimeout(CONNECT_TIMEOUT_MS, () => upstream.destroy(new Error('no answer in time')));
  return new Promise((resolve, reject) => {
    upstream.once('connect', () => resolve(upstream));
    upstream.once('error', reject);
    client.once('close', () => upstream.destroy(new Error('the client is gone')));
  });
}

/** Answers `GET http://host/path`. The host of the URL decides, whatever the `Host` header says. */
export async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  access: ProxyAccess,
): Promise<void> {
  const end = (status: number, text: string) => {
    if (response.headersSent) return void response.destroy();
    response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(text);
  };
  if (url.protocol !== 'http:' || url.username !== '' || url.password !== '') {
    access.refuse(url.protocol + url.host, 'only plain http without a user name is forwarded');
    return end(403, 'Gatehouse: only plain http is forwarded; use CONNECT for https.\n');
  }
  const destination = parseDestination(`${url.hostname}:${url.port === '' ? 80 : url.port}`);
  if (!destination) return end(400, 'Gatehouse: not a host.\n');
  const name = authorityOf(destination);
  const proxy = proxyFor(access.outer, 'http', destination);
  const closed = (free: () => void) => void response.once('close', free);
  const verdict = await findWay(destination, access, { proxy, closed });
  if (!verdict.ok) return end(...noWay(name, verdict, access));

  const options = {
    host: verdict.address,
    port: destination.port,
    method: request.method,
    path: url.pathname + url.search,
    headers: { ...endToEndHeaders(request.headers), host: url.host },
    // Node's own agent goes through the proxy.
    ...(proxy === null && { agent: false }),
  };
  const body = hasBody(request)
    ? through(request, [refusingFragments(), ...counted(verdict, access)])
    : null;
  const sent = { protocol: 'http:', options, body, idleMs: IDLE_TIMEOUT_MS };
  try {
    const upstreamResponse = await exchange(sent, response);
    const { statusCode, headers } = upstreamResponse;
    response.writeHead(statusCode ?? 502, endToEndHeaders(headers));
    await pipeline([upstreamResponse, ...counted(verdict, access), response]);
  } catch (error) {
    if (!response.headersSent && !response.destroyed)
      access.missed({ destination: name, ...whyUnreached(error) });
    end(502, `Gatehouse: ${name}: ${error instanceof Error ? error.message : 'failed'}\n`);
  }
}

/** What goes wrong in between ends the last stream, whose reader tells it. */
function through(source: Readable, between: [Transform, ...Transform[]]): Readable {
  pipeline([source, ...between]).catch(() => undefined);
  return between.at(-1) ?? source;
}

/** Each part of a body is sent by itself, with pieces of memory around it: thousands of a byte are not. */
function refusingFragments(): Transform {
  let [parts, bytes] = [0, 0];
  return new Transform({
    transform(part: Buffer, _encoding, done) {
      parts += 1;
      bytes += part.length;
      if (!areFragments(parts, bytes)) return done(null, part);
      done(new Error('the body comes in too many small parts'));
    },
  });
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

const HOP_BY_HOP = new Set([
  'connection',
  // Node has answered it.
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The headers without hop-by-hop ones and those that `Connection` names (RFC 9110 §7.6.1). */
export function endToEndHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const named = new Set(
    String(headers.connection ?? '')
      .toLowerCase()
      .split(',')
      .map(name => name.trim()),
  );
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !HOP_BY_HOP.has(name) && !named.has(name)) kept[name] = value;
  return kept;
}
