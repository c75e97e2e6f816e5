/**
 * Reads an address outside for the trusted side. The host is asked about and resolved here, and exactly
 * that address is connected to; a redirect is a further address, for which all of this holds anew.
 */
import { lookup } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { MayReach, ReadWeb, WebAnswer, WebRefusal } from '../engine/ports/web.ts';
import { type Destination, isGranted, resolvePublic } from './grants.ts';
import type { ThroughProxy } from './outer-proxy.ts';

const MOST = { redirects: 5, bytes: 256 * 1024, ms: 10_000 };

/**
 * `privateHosts`: those that the operator lets it reach at private addresses. Where the operator's network
 * has a proxy, that resolves names, and has to refuse what is internal.
 */
export function createReadWeb(
  privateHosts: readonly Destination[],
  through: ThroughProxy = () => null,
): ReadWeb {
  return async (address, mayReach) => {
    const signal = AbortSignal.timeout(MOST.ms);
    try {
      return await follow(address, mayReach, { privateHosts, through, signal });
    } catch (error) {
      if (signal.aborted) return no(`No whole answer came within ${MOST.ms / 1000} seconds.`);
      const code = error instanceof Error && 'code' in error ? String(error.code) : null;
      return no(code ? `The connection failed: ${code}.` : 'The connection failed.');
    }
  };
}

const no = (reason: string): WebRefusal => ({ ok: false, reason });

type Bounds = {
  privateHosts: readonly Destination[];
  through: ThroughProxy;
  signal: AbortSignal;
};

async function follow(first: string, mayReach: MayReach, bounds: Bounds): Promise<WebAnswer> {
  let address = first;
  for (let hops = 0; hops <= MOST.redirects; hops++) {
    const url = URL.parse(address);
    if (!url || !['http:', 'https:'].includes(url.protocol))
      return no('It is no address that begins with https:// or http://.');
    if (url.username !== '' || url.password !== '') return no('The address has a password in it.');
    const destination = destinationOf(url);
    const may = await mayReach(destination.host, destination.port);
    if (!may.ok) return may;
    const protocol = url.protocol === 'https:' ? 'https' : 'http';
    const isName = isIP(destination.host) === 0;
    const proxied = isName ? bounds.through(protocol, destination) : null;
    const way = proxied ? null : await resolve(destination, bounds.privateHosts);
    if (way?.ok === false) return no(`${destination.host} is not reached: ${way.reason}.`);
    const got = await get(url, way?.ok ? way.address : await proxied, bounds.signal);
    if (got.to === null) return got.answer;
    address = new URL(got.to, url).href;
  }
  return no(`It redirects more than ${MOST.redirects} times.`);
}

function destinationOf({ hostname, port, protocol }: URL): Destination {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return { host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

async function resolve(destination: Destination, privateHosts: readonly Destination[]) {
  if (!isGranted(destination, [...privateHosts])) return resolvePublic(destination.host);
  const [found] = await lookup(destination.host, { all: true }).catch(() => []);
  return found
    ? { ok: true as const, address: found.address }
    : { ok: false as const, reason: 'the name does not resolve' };
}

type Got = { to: string; answer: null } | { to: null; answer: WebAnswer };

/** `to`: the address that the name was resolved to, or a connection through the proxy. */
function get(url: URL, to: string | Socket | null, signal: AbortSignal): Promise<Got> {
  const { promise, resolve, reject } = Promise.withResolvers<Got>();
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const tls = isSecure && isIP(host) === 0 ? { servername: host } : {};
  const options = {
    ...connectionTo(to, isSecure && tls),
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, accept: 'application/json, */*', 'user-agent': 'gatehouse' },
    signal,
  };
  const sent = (isSecure ? requestHttps : requestHttp)(options, response => {
    const { statusCode: status = 0, headers } = response;
    if (headers.location !== undefined && [301, 302, 303, 307, 308].includes(status)) {
      response.destroy();
      return resolve({ to: headers.location, answer: null });
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    const done = (isWhole: boolean) => {
      const text = Buffer.concat(chunks).subarray(0, MOST.bytes).toString('utf8');
      resolve({ to: null, answer: { ok: true, status, text, isWhole } });
    };
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= MOST.bytes) return;
      response.destroy();
      done(false);
    });
    response.on('end', () => done(true));
    response.on('error', reject);
  });
  sent.on('error', reject);
  sent.end();
  return promise;
}

/** `tls`: of which name the certificate has to be, which is none where it is an address; `false`: plain http. */
function connectionTo(to: string | Socket | null, tls: { servername?: string } | false) {
  if (to === null || typeof to === 'string')
    return { host: to ?? '', agent: false as const, ...(tls || {}) };
  return { createConnection: () => (tls ? connectTls({ ...tls, socket: to }) : to) };
}
