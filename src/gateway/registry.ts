/**
 * The operator's package registries: a run reads them under a name of its own, by plain http, and
 * the gateway adds the credential. Nothing is written there, and nothing read outside its paths.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { urlToHttpOptions } from 'node:url';
import type { RegistryRoute } from '../engine/ports/gateway.ts';
import { exchange } from './exchange.ts';
import { endToEndHeaders } from './proxy.ts';
import { replacing } from './replacing.ts';
import { pickHeaders } from './upstream.ts';

type RegistryAccess = {
  registry: RegistryRoute;
  refuse(destination: string, reason: string): void;
};

const IDLE_TIMEOUT_MS = 120_000;
const PASSED_ON = ['accept', 'user-agent', 'range', 'if-none-match', 'if-modified-since'];
/** Indexes name their files by the registry's own address, which the sandbox does not reach. */
const INDEX = /^(?:text\/|application\/(?:[\w.+-]*json|xml|[\w.+-]*xml))/i;

export async function readRegistry(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { registry, refuse }: RegistryAccess,
): Promise<void> {
  const end = (status: number, text: string) => {
    if (response.headersSent) return void response.destroy();
    response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' });
    response.end(`Gatehouse: ${text}.\n`);
  };
  const reject = (reason: string) => {
    refuse(`${request.method} ${registry.name}${url.pathname}`, reason);
    end(403, reason);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return reject('a registry is only read');
  const upstream = new URL(registry.upstream);
  if (!mayRead(url.pathname, [upstream.pathname, ...registry.paths]))
    return reject('the path is not one of the registry');
  const target = new URL(url.pathname + url.search, upstream.origin);
  let credential: string | null;
  try {
    credential = registry.credential && (await registry.credential());
  } catch {
    return end(503, 'the credential of the registry could not be read');
  }
  try {
    const received = await ask(target, request, response, credential);
    const status = received.statusCode ?? 502;
    if (status === 401 || status === 403) {
      // What a registry says of a credential may quote it.
      received.resume();
      refuse(target.host, `the registry answered ${status} to the gateway's credential`);
      return end(status, "the registry refused the gateway's credential");
    }
    const headers: OutgoingHttpHeaders = endToEndHeaders(received.headers);
    const own = `http://${registry.name}`;
    if (typeof headers.location === 'string')
      headers.location = headers.location.replace(upstream.origin, own);
    if (!INDEX.test(received.headers['content-type'] ?? '')) {
      response.writeHead(status, headers);
      return await pipeline(received, response);
    }
    delete headers['content-length'];
    response.writeHead(status, headers);
    await pipeline(received, replacing(upstream.origin, own), response);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'failed';
    end(502, `${target.host}: ${credential ? why.replaceAll(credential, '…') : why}`);
  }
}

/** Below one of the folders, in a spelling that the registry can't read as another path. */
function mayRead(path: string, folders: readonly string[]): boolean {
  if (/%2e|%2f|%5c|\\|\/\.\.?(?:\/|$)/i.test(path.replace(/(\/@[\w.-]+)%2f/gi, '$1/')))
    return false;
  return folders.some(folder => path.startsWith(folder.replace(/\/?$/, '/')));
}

function ask(
  target: URL,
  request: IncomingMessage,
  response: ServerResponse,
  credential: string | null,
): Promise<IncomingMessage> {
  const headers: OutgoingHttpHeaders = {
    ...pickHeaders(request, PASSED_ON),
    'accept-encoding': 'identity',
  };
  if (credential !== null) headers.authorization = authorization(credential);
  const options = { ...urlToHttpOptions(target), method: request.method, headers };
  const sent = { protocol: target.protocol, options, body: null, idleMs: IDLE_TIMEOUT_MS };
  return exchange(sent, response);
}

const authorization = (credential: string): string =>
  credential.includes(':')
    ? `Basic ${Buffer.from(credential).toString('base64')}`
    : `Bearer ${credential}`;
