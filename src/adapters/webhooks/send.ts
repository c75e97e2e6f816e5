/**
 * Sends a webhook: signed as Standard Webhooks say, to an address that was checked before and is the one
 * that is connected to. Where the operator's network has a proxy, that resolves names, and has to refuse
 * what is internal. Redirects are not followed, and nothing of the answer is read but its head.
 */
import { lookup } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Webhook } from 'standardwebhooks';
import {
  type OutgoingWebhook,
  WebhookFailure,
  type Webhooks,
} from '../../engine/ports/webhooks.ts';
import { isPrivate } from './addresses.ts';

/** From the look-up of the name to the head of the answer. */
const DEADLINE_MS = 10_000;
/** Whoever asks for more is asked again after this. */
const LONGEST_WAIT_MS = 3_600_000;

/** A connection through the operator's proxy; `null`: the host is reached without one. */
type Through = (
  protocol: 'https' | 'http',
  to: { host: string; port: number },
) => Promise<Socket> | null;

/** `now`: the time that signatures state. `resolve`: how names become addresses. */
export const createWebhooks = ({
  now,
  resolve = lookup,
  through = () => null,
}: {
  now: () => Date;
  resolve?: LookupFunction;
  through?: Through;
}): Webhooks => ({
  async send(webhook, signal) {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    const head = await post(webhook, headersOf(webhook, now()), {
      resolve,
      through,
      signal: AbortSignal.any([signal, deadline]),
    }).catch(error => {
      if (error instanceof WebhookFailure || signal.aborted) throw error;
      const reason = deadline.aborted ? `no answer within ${DEADLINE_MS / 1000} s` : codeOf(error);
      throw new WebhookFailure(`${hostOf(webhook)} is not reached: ${reason}`, { retryable: true });
    });
    const problem = refusalIn(head, hostOf(webhook));
    if (problem) throw problem;
  },
});

function headersOf({ id, body, secret }: OutgoingWebhook, at: Date): Record<string, string> {
  const headers = {
    'content-type': 'application/json',
    'content-length': `${Buffer.byteLength(body)}`,
    'user-agent': 'gatehouse',
    'webhook-id': id,
    'webhook-timestamp': `${Math.floor(at.getTime() / 1000)}`,
  };
  if (secret === null) return headers;
  return { ...headers, 'webhook-signature': signerOf(secret).sign(id, at, body) };
}

function signerOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    // What the library says may repeat it.
    throw new WebhookFailure('The secret is not base64: make one with openssl rand -base64 32', {
      retryable: false,
    });
  }
}

type Head = { status: number; retryAfter: string | undefined };

async function post(
  { url, body, mayBePrivate }: OutgoingWebhook,
  headers: Record<string, string>,
  { resolve, through, signal }: { resolve: LookupFunction; through: Through; signal: AbortSignal },
): Promise<Head> {
  const { protocol, host, hostname, port } = parsed(url);
  const literal = hostname.replace(/^\[|\]$/g, '');
  // No name is looked up where the address stands there itself.
  if (!mayBePrivate && isIP(literal) && isPrivate(literal)) throw refusedAddress(literal);
  const checked = mayBePrivate ? resolve : publicOnly(resolve);
  const isSecure = protocol === 'https:';
  const start = isSecure ? requestHttps : requestHttp;
  const to = { host: literal, port: Number(port) || (isSecure ? 443 : 80) };
  const proxied = await through(isSecure ? 'https' : 'http', to);
  const servername = isIP(literal) === 0 ? { servername: literal } : {};
  // A connection of its own: none that was opened for another name is used again.
  const connection = proxied
    ? {
        createConnection: () =>
          isSecure ? connectTls({ ...servername, socket: proxied }) : proxied,
      }
    : { lookup: checked, agent: false as const };
  return new Promise((done, fail) => {
    const answered = (response: IncomingMessage) => {
      const { statusCode = 0, headers: said } = response;
      done({ status: statusCode, retryAfter: said['retry-after'] });
      response.destroy();
    };
    const options = { method: 'POST', headers: { ...headers, host }, signal, ...connection };
    start(url, options, answered).on('error', fail).end(body);
  });
}

function parsed(url: string): URL {
  const found = URL.parse(url);
  if (!found || !/^https?:$/.test(found.protocol))
    throw new WebhookFailure('The address of the endpoint is not a URL of http or https', {
      retryable: false,
    });
  return found;
}

/** The connection is made to what was checked: the name is not looked up again. */
const publicOnly =
  (resolve: LookupFunction): LookupFunction =>
  (host, options, done) =>
    resolve(host, options, (error, found, family) => {
      if (error) return done(error, found, family);
      const all = typeof found === 'string' ? [found] : found.map(({ address }) => address);
      const wrong = all.find(isPrivate);
      if (wrong === undefined && all.length > 0) return done(null, found, family);
      done(refusedAddress(host), found, family);
    });

const refusedAddress = (host: string): WebhookFailure =>
  new WebhookFailure(
    `${host} is an address of a private network: set \`private: true\` of the endpoint where that is meant`,
    { retryable: false },
  );

/** Only the host is told: the path of a chat's address is its secret. */
const hostOf = ({ url }: OutgoingWebhook): string => URL.parse(url)?.host ?? 'the endpoint';

function refusalIn({ status, retryAfter }: Head, host: string): WebhookFailure | null {
  if (status >= 200 && status < 300) return null;
  const moved = status >= 300 && status < 400 ? ', and redirects are not followed' : '';
  const retryable = status >= 500 || [408, 409, 425, 429].includes(status);
  const retryAfterMs = retryAfter === undefined ? null : waitOf(retryAfter);
  return new WebhookFailure(`${host} answered ${status}${moved}`, { retryable, retryAfterMs });
}

/** Dates are left to the back-off. */
const waitOf = (retryAfter: string): number | null =>
  /^\d{1,9}$/.test(retryAfter) ? Math.min(Number(retryAfter) * 1000, LONGEST_WAIT_MS) : null;

const codeOf = (error: NodeJS.ErrnoException): string => error.code ?? error.message;
