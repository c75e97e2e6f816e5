/** A local receiver checks what we send with the library that receivers use. */
import type { RequestListener } from 'node:http';
import type { LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import { isPrivate } from '../../../src/adapters/webhooks/addresses.ts';
import { createWebhooks } from '../../../src/adapters/webhooks/send.ts';
import { type OutgoingWebhook, WebhookFailure } from '../../../src/engine/ports/webhooks.ts';
import { throughProxy } from '../../../src/gateway/outer-proxy.ts';
import { startProxy } from '../../network/proxy.ts';
import { startReceiver } from './receiver.ts';

const SECRET = `whsec_${Buffer.from('a secret of the tests, 32 bytes.').toString('base64')}`;
const { signal } = new AbortController();
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function receiver(answer?: RequestListener) {
  const started = await startReceiver(answer);
  closing.push(started.stop);
  return started;
}

const webhookTo = (url: string, over: Partial<OutgoingWebhook> = {}): OutgoingWebhook => ({
  id: 'msg_1',
  url,
  body: '{"grün":true}',
  secret: SECRET,
  mayBePrivate: true,
  ...over,
});

const failureOf = (sending: Promise<void>): Promise<WebhookFailure> =>
  sending.then(
    () => Promise.reject(new Error('it was taken')),
    error => {
      if (!(error instanceof WebhookFailure)) throw error;
      return error;
    },
  );

test('is signed so that the receiver can tell, and each attempt has the same id', async () => {
  const { port, received } = await receiver();
  const webhooks = createWebhooks({ now: () => new Date() });
  const webhook = webhookTo(`http://localhost:${port}/path`);
  await webhooks.send(webhook, signal);
  await webhooks.send(webhook, signal);
  await webhooks.send({ ...webhook, secret: null }, signal);
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(['msg_1', 'msg_1', 'msg_1']);
  const [first, , unsigned] = received;
  const verify = (body: string) =>
    new Webhook(SECRET).verify(body, first?.headers as Record<string, string>);
  expect(verify(first?.body ?? '')).toEqual({ grün: true });
  expect(() => verify('{"grün":false}')).toThrow('No matching signature');
  expect(first?.headers['content-type']).toBe('application/json');
  expect(unsigned?.headers).not.toHaveProperty('webhook-signature');
});

test.each([
  ['a redirect', 302, {}, { retryable: false, retryAfterMs: null }],
  ['a refusal', 400, {}, { retryable: false, retryAfterMs: null }],
  ['too much', 429, { 'retry-after': '7' }, { retryable: true, retryAfterMs: 7_000 }],
  [
    'far too much',
    429,
    { 'retry-after': '999999999' },
    { retryable: true, retryAfterMs: 3_600_000 },
  ],
  ['a fault', 503, { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }, { retryable: true }],
])(
  '%s says whether it is worth another try, and repeats nothing of the path',
  async (_, status, headers, again) => {
    const to = await receiver();
    const { port, received } = await receiver((_, response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${to.port}/`, ...headers }).end(),
    );
    const webhooks = createWebhooks({ now: () => new Date() });
    const failure = await failureOf(
      webhooks.send(webhookTo(`http://127.0.0.1:${port}/services/T0/hunter2`), signal),
    );
    expect(failure).toMatchObject(again);
    expect(failure.message).toMatch(new RegExp(`^127\\.0\\.0\\.1:${port} answered ${status}`));
    expect(received).toHaveLength(1);
    expect(to.received).toEqual([]);
  },
);

test('an answer that never ends is not waited for once its head is there', async () => {
  const { port } = await receiver((_, response) => {
    response.writeHead(200);
    response.write('endless');
  });
  await createWebhooks({ now: () => new Date() }).send(
    webhookTo(`http://127.0.0.1:${port}/`),
    signal,
  );
});

describe('a private network', () => {
  const resolveTo =
    (...addresses: string[]): LookupFunction =>
    (_host, options, done) => {
      const found = addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }));
      if (options.all) done(null, found);
      else done(null, found[0]?.address ?? '', found[0]?.family);
    };

  test.each([
    '127.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0x7f.1',
    '2130706433',
    '169.254.169.254',
  ])('is not reached by the address %s', async host => {
    const { port, received } = await receiver();
    const webhook = webhookTo(`http://${host}:${port}/`, { mayBePrivate: false });
    const failure = await failureOf(
      createWebhooks({ now: () => new Date() }).send(webhook, signal),
    );
    expect(failure).toMatchObject({ retryable: false });
    expect(failure.message).toMatch(/is an address of a private network: set `private: true`/);
    expect(received).toEqual([]);
  });

  test('is not reached by a name, also where only one of its addresses is private', async () => {
    const { port, received } = await receiver();
    const webhook = webhookTo(`http://example.com:${port}/`, { mayBePrivate: false });
    for (const addresses of [['127.0.0.1'], ['93.184.216.34', '127.0.0.1'], ['fd00::1']]) {
      const webhooks = createWebhooks({ now: () => new Date(), resolve: resolveTo(...addresses) });
      const failure = await failureOf(webhooks.send(webhook, signal));
      expect(failure.message).toMatch(/^example.com is an address of a private network/);
    }
    expect(received).toEqual([]);
  });

  test('is reached where the operator means it', async () => {
    const { port, received } = await receiver();
    const webhooks = createWebhooks({ now: () => new Date(), resolve: resolveTo('127.0.0.1') });
    await webhooks.send(webhookTo(`http://example.com:${port}/`), signal);
    expect(received).toHaveLength(1);
  });

  test.each([
    ['8.8.8.8', false],
    ['2606:4700::1111', false],
    ['10.1.2.3', true],
    ['172.31.0.1', true],
    ['100.64.0.1', true],
    ['224.0.0.1', true],
    ['255.255.255.255', true],
    ['0.0.0.0', true],
    ['::', true],
    ['::ffff:8.8.8.8', true],
    ['64:ff9b::a00:1', true],
    ['fe80::1', true],
    ['2002:7f00:1::', true],
    ['no address', true],
  ])('%s: %s', (address, is) => {
    expect(isPrivate(address)).toBe(is);
  });
});

test('a secret that is none, and an address that is none, are not told', async () => {
  const webhooks = createWebhooks({ now: () => new Date() });
  const bad = webhookTo('http://127.0.0.1:1/', { secret: 'hunter2 hunter2!' });
  expect((await failureOf(webhooks.send(bad, signal))).message).not.toContain('hunter2');
  const nowhere = webhookTo('file:///etc/passwd');
  expect((await failureOf(webhooks.send(nowhere, signal))).message).not.toContain('passwd');
});

test("goes through the operator's proxy, which resolves its name; a private address is refused as ever", async () => {
  const { port, received } = await receiver();
  const proxy = await startProxy(name => (name === 'chat.corp.test' ? port : undefined));
  closing.push(proxy.close);
  const settings = { https: proxy.url, http: proxy.url, except: '' };
  const webhooks = createWebhooks({ now: () => new Date(), through: throughProxy(settings) });
  await webhooks.send(webhookTo('http://chat.corp.test/T0', { mayBePrivate: false }), signal);
  expect(proxy.asked).toEqual(['CONNECT chat.corp.test:80']);
  expect(received).toMatchObject([{ body: '{"grün":true}', headers: { host: 'chat.corp.test' } }]);
  const inside = webhookTo('http://10.0.0.1/', { mayBePrivate: false });
  expect((await failureOf(webhooks.send(inside, signal))).message).toContain('private network');
  const unknown = webhookTo('http://other.corp.test/', { mayBePrivate: false });
  expect((await failureOf(webhooks.send(unknown, signal))).message).toContain('the proxy answers');
  expect(received).toHaveLength(1);
});
