/**
 * The proxy outside of this machine, where the operator's network has one: which destinations it is
 * for, and a connection through it.
 */
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { authorityOf, type Destination } from './grants.ts';

export type ProxySettings = {
  /** URLs of the proxies for https and for plain http. */
  https: string | null;
  http: string | null;
  /** `NO_PROXY`: names with a comma between them, which stand for what is below them as well. */
  except: string;
};

export const NO_PROXY: ProxySettings = { https: null, http: null, except: '' };

/** The proxy for the destination; `null` where it is reached without one. */
export function proxyFor(
  { https, http, except }: ProxySettings,
  protocol: 'https' | 'http',
  { host, port }: Destination,
): URL | null {
  const proxy = protocol === 'https' ? https : http;
  if (proxy === null) return null;
  const excepted = except
    .toLowerCase()
    .split(/[\s,]+/)
    .some(entry => {
      const [, name = '', only] = /^\*?\.?(\[?.*?\]?)(?::(\d+))?$/.exec(entry) ?? [];
      if (entry === '*') return true;
      if (name === '' || (only !== undefined && Number(only) !== port)) return false;
      const plain = name.replace(/^\[|\]$/g, '');
      return host === plain || host.endsWith(`.${plain}`);
    });
  return excepted ? null : new URL(proxy);
}

/** The operator's proxy does not answer for longer than this. */
const MOST_MS = 10_000;

/** A connection through the operator's proxy; `null`: the destination is reached without one. */
export type ThroughProxy = (
  protocol: 'https' | 'http',
  destination: Destination,
) => Promise<Socket> | null;

export const throughProxy =
  (settings: ProxySettings): ThroughProxy =>
  (protocol, destination) => {
    const proxy = proxyFor(settings, protocol, destination);
    return proxy && connectThrough(proxy, destination, MOST_MS);
  };

/** A connection to the destination through the proxy, as if it had been made directly. */
export function connectThrough(
  proxy: URL,
  destination: Destination,
  timeoutMs: number,
): Promise<Socket> {
  const authority = authorityOf(destination);
  const { username, password } = proxy;
  const credential = Buffer.from(
    `${decodeURIComponent(username)}:${decodeURIComponent(password)}`,
  ).toString('base64');
  return new Promise((resolve, reject) => {
    const asked = (proxy.protocol === 'https:' ? requestHttps : requestHttp)({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      headers: {
        host: authority,
        ...(username === '' ? {} : { 'proxy-authorization': `Basic ${credential}` }),
      },
      agent: false,
      timeout: timeoutMs,
    });
    asked.once('timeout', () => asked.destroy(new Error('the proxy does not answer in time')));
    asked.once('error', reject);
    asked.once('connect', ({ statusCode }, socket, head) => {
      if (statusCode !== 200) {
        socket.destroy();
        return reject(new Error(`the proxy answers ${statusCode}`));
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    asked.end();
  });
}
