/**
 * The operator's package registries: a run reads them under a name of its own, by plain http, and
 * the gateway adds the credential. Nothing is written there, and nothing read outside its paths.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { urlToHttpOptions } from 'node:url';
import type { RegistryRoute, Unreached } from '../engine/ports/gateway.ts';
import { exchange } from './exchange.ts';
import { endToEndHeaders } from './proxy.ts';
import { locate, mayRead } from './registry-paths.ts';
import { replacing } from './replacing.ts';
import { whyUnreached } from './unreached.ts';
import { pickHeaders } from './upstream.ts';

type RegistryAccess = {
  /** Those that the run may read; what is asked for is read from one of them. */
  registries: readonly RegistryRoute[];
  refuse(destination: string, reason: string): void;
  /** Records what it may read and was not reached. */
  missed(unreached: Unreached): void;
};

const IDLE_TIMEOUT_MS = 120_000;
const PASSED_ON = ['accept', 'user-agent', 'range', 'if-none-match', 'if-modified-since'];
/** Indexes name their files by the registry's own address, which the sandbox does not reach. */
const INDEX = /^(?:text\/|application\/(?:[\w.+-]*json|xml|[\w.+-]*xml))/i;

export async function readRegistry(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { registries, refuse, missed }: RegistryAccess,
): Promise<void> {
  const end = (status: number, text: string) => {
    if (response.headersSent) return void response.destroy();
    response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' });
    response.end(`Gatehouse: ${text}.\n`);
  };
  const reject = (reason: string) => {
    refuse(`${request.method} ${url.hostname}${url.pathname}`, reason);
    end(403, reason);
  };
  const named = registries.filter(({ name }) => name === url.hostname);
  const located = locate(url.pathname, named);
  if ('refused' in located) return reject(located.refused);
  const { registry, path } = located;
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return reject('a registry is only read');
  const upstream = new URL(registry.upstream);
  // As a reference to the origin, a path with two slashes in front would name another host.
  const target = new URL(`${upstream.origin}${path}${url.search}`);
  if (target.origin !== upstream.origin || !mayRead(path, registry))
    return reject('the path is not one of the registry');
  let credential: string | null;
  try {
    credential = registry.credential && (await registry.credential());
  } catch {
    return end(503, 'the credential of the registry could not be read');
  }
  try {
    const found = await follow({ target, credential }, registry, to => ask(to, request, response));
    if ('refused' in found) {
      refuse(found.refused, found.reason);
      return end(403, `${found.refused}: ${found.reason}`);
    }
    const { received, isElsewhere } = found;
    const status = received.statusCode ?? 502;
    if (!isElsewhere && (status === 401 || status === 403)) {
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
    if (response.headersSent || response.destroyed) return void response.destroy();
    const { by, reason: why } = whyUnreached(error);
    const reason = credential ? why.replaceAll(credential, '…') : why;
    missed({ destination: hostOf(target), by, reason });
    end(502, `${target.host}: ${reason}`);
  }
}

type Place = { target: URL; credential: string | null };

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 3;

/**
 * Registries keep packages in storage elsewhere, and send there by an address that needs no credential.
 * The sandbox reaches no such host, so the gateway reads it, where the operator named it.
 */
async function follow(
  first: Place,
  { upstream, redirectsTo }: RegistryRoute,
  ask: (place: Place) => Promise<IncomingMessage>,
): Promise<
  { received: IncomingMessage; isElsewhere: boolean } | { refused: string; reason: string }
> {
  const { origin, protocol } = new URL(upstream);
  let place = first;
  for (let times = 0; times <= MOST_REDIRECTS; times += 1) {
    const received = await ask(place);
    const to = redirectOf(received, place.target);
    // Within the registry the sandbox follows by itself, and is asked about the path again.
    if (to === null || to.origin === origin)
      return { received, isElsewhere: place.target.origin !== origin };
    received.destroy();
    if (to.protocol !== protocol)
      return { refused: to.host, reason: `the registry sends there by ${to.protocol}//` };
    if (!redirectsTo.includes(hostOf(to)))
      return {
        refused: hostOf(to),
        reason:
          'the registry sends there, and neither "redirects_to" of the registry names it nor policy lets it be read',
      };
    place = { target: to, credential: null };
  }
  return { refused: place.target.host, reason: 'the registry sends from one place to the next' };
}

function redirectOf({ statusCode, headers }: IncomingMessage, from: URL): URL | null {
  if (!REDIRECTS.has(statusCode ?? 0) || headers.location === undefined) return null;
  const to = URL.parse(headers.location, from.href);
  if (to === null) return null;
  // A name and a password in it would be sent on.
  [to.username, to.password, to.hash] = ['', '', ''];
  return to;
}

function ask(
  { target, credential }: Place,
  request: IncomingMessage,
  response: ServerResponse,
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

/** `name:port`. */
function hostOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === 'http:' ? '80' : '443')}`;
}

const authorization = (credential: string): string =>
  credential.includes(':')
    ? `Basic ${Buffer.from(credential).toString('base64')}`
    : `Bearer ${credential}`;
