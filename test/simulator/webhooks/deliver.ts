import { createHmac, randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GitHub } from '../github.ts';
import { type App, appById } from '../world/apps.ts';

const TIME_OUT_MS = 10_000;
const FIRST_ID = 3_804_004_623_172_000_000n;
/** GitHub sends no event larger than this. */
const LARGEST_PAYLOAD = 25 * 1024 * 1024;

/** One attempt, as the App's delivery log shows it. */
export interface Delivery {
  /** Of 64 bits, as on github.com since February 2026. */
  readonly id: bigint;
  readonly guid: string;
  readonly appId: number;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly redelivery: boolean;
  readonly deliveredAt: string;
  readonly payload: string;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  duration: number;
  status: string;
  statusCode: number;
  responseHeaders: IncomingHttpHeaders;
  responseBody: string;
}

export type Message = Pick<
  Delivery,
  'appId' | 'event' | 'action' | 'installationId' | 'repositoryId' | 'payload'
>;

const held = new WeakMap<App, (() => void)[]>();

/** Sends one event to one App, with whatever fault was asked for. */
export function deliver(github: GitHub, message: Message): void {
  const app = appById(github, message.appId);
  if (!app.webhookUrl || !app.webhookActive || message.payload.length > LARGEST_PAYLOAD) return;
  const guid = randomUUID();
  const fault = github.faults.takeWebhook(message.event, message.action);
  const send = (redelivery = false) =>
    github.background(attempt(github, app, message, guid, redelivery));
  switch (fault?.effect) {
    case 'drop':
      ended(record(github, app, message, guid, false), 504, 'timed out');
      return;
    case 'duplicate':
      send();
      send(true);
      return;
    case 'delay':
      github.background(
        sleep(fault.ms ?? 1_000, undefined, { signal: github.closing }).then(
          () => send(),
          () => undefined,
        ),
      );
      return;
    case 'reorder':
      held.set(app, [...(held.get(app) ?? []), send]);
      return;
    case undefined: {
      send();
      const late = held.get(app) ?? [];
      held.delete(app);
      for (const sendLate of late) sendLate();
    }
  }
}

/** Asks for a delivery again: a new attempt under the same GUID. */
export function redeliver(github: GitHub, delivery: Delivery): void {
  const app = appById(github, delivery.appId);
  github.background(attempt(github, app, delivery, delivery.guid, true));
}

function record(
  github: GitHub,
  app: App,
  message: Message,
  guid: string,
  redelivery: boolean,
): Delivery {
  const sign = (algorithm: string, secret: string) =>
    `${algorithm}=${createHmac(algorithm, secret).update(message.payload).digest('hex')}`;
  const delivery: Delivery = {
    id: FIRST_ID + BigInt(github.nextId()),
    guid,
    appId: app.id,
    event: message.event,
    action: message.action,
    installationId: message.installationId,
    repositoryId: message.repositoryId,
    redelivery,
    deliveredAt: github.now().toISOString(),
    payload: message.payload,
    url: app.webhookUrl ?? '',
    requestHeaders: {
      Accept: '*/*',
      'Content-Type': 'application/json',
      'User-Agent': 'GitHub-Hookshot/0c9a7b1',
      'X-GitHub-Delivery': guid,
      'X-GitHub-Event': message.event,
      'X-GitHub-Hook-ID': String(app.id + 1_000_000),
      'X-GitHub-Hook-Installation-Target-ID': String(app.id),
      'X-GitHub-Hook-Installation-Target-Type': 'integration',
      ...(app.webhookSecret && {
        'X-Hub-Signature': sign('sha1', app.webhookSecret),
        'X-Hub-Signature-256': sign('sha256', app.webhookSecret),
      }),
    },
    duration: 0,
    status: '',
    // Not in the log before it ended.
    statusCode: 0,
    responseHeaders: {},
    responseBody: '',
  };
  github.deliveries.push(delivery);
  return delivery;
}

async function attempt(
  github: GitHub,
  app: App,
  message: Message,
  guid: string,
  redelivery: boolean,
) {
  const delivery = record(github, app, message, guid, redelivery);
  const started = performance.now();
  try {
    const answer = await post(
      delivery,
      AbortSignal.any([AbortSignal.timeout(TIME_OUT_MS), github.closing]),
    );
    ended(
      delivery,
      answer.status,
      answer.status < 400 ? 'OK' : `Invalid HTTP Response: ${answer.status}`,
    );
    delivery.responseHeaders = answer.headers;
    delivery.responseBody = answer.body;
  } catch (error) {
    const isLate = error instanceof Error && /abort|timeout/i.test(error.name);
    ended(delivery, isLate ? 504 : 502, isLate ? 'timed out' : 'failed to connect to host');
  }
  delivery.duration = Math.round(performance.now() - started) / 1000;
  github.log(`webhook ${delivery.event} ${delivery.action ?? ''} ${delivery.status}`);
}

function ended(delivery: Delivery, statusCode: number, status: string): void {
  delivery.statusCode = statusCode;
  delivery.status = status;
}

function post(delivery: Delivery, signal: AbortSignal) {
  type Answer = { status: number; headers: IncomingHttpHeaders; body: string };
  return new Promise<Answer>((resolve, reject) => {
    const url = new URL(delivery.url);
    // Nobody has such a name (RFC 6761), so nobody is asked for it.
    if (url.hostname.endsWith('.invalid')) throw new Error('there is no such host');
    const open = url.protocol === 'https:' ? requestHttps : requestHttp;
    const headers = {
      ...delivery.requestHeaders,
      'Content-Length': Buffer.byteLength(delivery.payload),
    };
    const request = open(url, { method: 'POST', headers, signal, agent: false }, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString().slice(0, 65_536),
        }),
      );
    });
    request.on('error', reject);
    request.end(delivery.payload);
  });
}
