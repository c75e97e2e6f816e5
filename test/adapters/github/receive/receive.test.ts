import { createHmac, randomUUID } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import examples from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' };
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createReceiver, WEBHOOK_PATH } from '../../../../src/adapters/github/receive/receive.ts';
import type { NewDelivery, Received } from '../../../../src/engine/ports/deliveries.ts';

const SECRET = 'a secret of the tests';
const MAX_BYTES = 1024 * 1024;
const ALL_BYTES = 4 * MAX_BYTES;

let server: Server;
let url: string;
let store: (delivery: NewDelivery) => Promise<Received>;
let stored: NewDelivery[];
let logged: string[];
let acknowledged: string[];

const note = (fields: object, message: string) =>
  void logged.push(`${message} ${JSON.stringify(fields)}`);

beforeAll(async () => {
  const receive = createReceiver({
    secret: SECRET,
    deliveries: { receive: delivery => store(delivery) },
    log: { debug: note, info: note, warn: note, error: note },
    maxBytes: MAX_BYTES,
    allBytes: ALL_BYTES,
    storeMs: 150,
    acknowledged: (guid, received) => void acknowledged.push(`${received} ${guid}`),
  });
  server = createServer((req, res) => {
    void receive(req, res).then(ours => ours || res.writeHead(404).end());
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${WEBHOOK_PATH}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  stored = [];
  logged = [];
  acknowledged = [];
  store = async delivery => {
    const known = stored.some(({ guid }) => guid === delivery.guid);
    if (!known) stored.push(delivery);
    return known ? 'duplicate' : 'stored';
  };
});

const sign = (body: string | Buffer, algorithm = 'sha256') =>
  `${algorithm}=${createHmac(algorithm, SECRET).update(body).digest('hex')}`;

type Change = {
  body?: string | Buffer;
  headers?: Record<string, string | undefined>;
  method?: string;
};

/** A delivery as GitHub sends it, bent by `change`; a header that is `undefined` is left out. */
async function send({ body = '{"action":"opened"}', headers = {}, method = 'POST' }: Change = {}) {
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'x-github-event': 'issues',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': sign(body),
    ...headers,
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  const answer = await fetch(url, {
    method,
    headers: Object.fromEntries(given) as Record<string, string>,
    ...(method === 'POST' && { body }),
  });
  return { status: answer.status, text: await answer.text() };
}

describe('a good delivery', () => {
  it("is each of GitHub's own examples", async () => {
    const sent = examples.flatMap(({ name, examples: of }) =>
      of.map(example => ({ event: name, body: JSON.stringify(example) })),
    );
    for (const { event, body } of sent)
      expect(await send({ body, headers: { 'x-github-event': event } })).toMatchObject({
        status: 202,
      });
    expect(stored).toHaveLength(329);
  });

  it('is stored as it was signed, then acknowledged', async () => {
    const guid = randomUUID().toUpperCase();
    const body = '{ "action":"opened",  "title":"ünï" }';
    expect(await send({ body, headers: { 'x-github-delivery': guid } })).toEqual({
      status: 202,
      text: 'stored\n',
    });
    expect(stored).toEqual([
      { guid: guid.toLowerCase(), event: 'issues', body: Buffer.from(body) },
    ]);
    expect(acknowledged).toEqual([`stored ${guid.toLowerCase()}`]);
  });

  it('sent again is acknowledged again', async () => {
    const headers = { 'x-github-delivery': randomUUID() };
    await send({ headers });
    expect(await send({ headers })).toEqual({ status: 202, text: 'duplicate\n' });
    expect(stored).toHaveLength(1);
  });

  it('is checked as well where it is large', async () => {
    const body = JSON.stringify({ nonce: randomUUID(), text: 'ü'.repeat(400_000) });
    expect((await send({ body })).status).toBe(202);
    const forged = { 'x-hub-signature-256': sign(`${body} `) };
    expect((await send({ body, headers: forged })).status).toBe(401);
    expect(stored).toHaveLength(1);
  });

  it('is not acknowledged before it is stored', async () => {
    const asked = Promise.withResolvers<void>();
    const storing = Promise.withResolvers<Received>();
    store = () => {
      asked.resolve();
      return storing.promise;
    };
    const sent = send();
    await asked.promise;
    expect(acknowledged).toEqual([]);
    storing.resolve('stored');
    expect((await sent).status).toBe(202);
    expect(acknowledged).toHaveLength(1);
  });
});

describe('refused, with nothing stored and nothing of the body logged', () => {
  const marked = '{"action":"secret-marker"}';
  it.each<[string, Change, number, string]>([
    [
      'no signature',
      { headers: { 'x-hub-signature-256': undefined } },
      401,
      'X-Hub-Signature-256 is missing or malformed.',
    ],
    [
      'SHA-1 only',
      { headers: { 'x-hub-signature-256': undefined, 'x-hub-signature': sign(marked, 'sha1') } },
      401,
      'X-Hub-Signature-256 is missing or malformed.',
    ],
    [
      'SHA-1 in its place',
      { headers: { 'x-hub-signature-256': sign(marked, 'sha1') } },
      401,
      'X-Hub-Signature-256 is missing or malformed.',
    ],
    [
      'a bad signature',
      { headers: { 'x-hub-signature-256': sign(`${marked} `) } },
      401,
      'The signature does not match the body.',
    ],
    [
      'a short signature',
      { headers: { 'x-hub-signature-256': 'sha256=00' } },
      401,
      'X-Hub-Signature-256 is missing or malformed.',
    ],
    [
      'no event',
      { headers: { 'x-github-event': undefined } },
      400,
      'X-GitHub-Event is missing or no event of GitHub.',
    ],
    [
      'the event __proto__',
      { headers: { 'x-github-event': '__proto__' } },
      400,
      'X-GitHub-Event is missing or no event of GitHub.',
    ],
    [
      'the event constructor',
      { headers: { 'x-github-event': 'constructor' } },
      400,
      'X-GitHub-Event is missing or no event of GitHub.',
    ],
    [
      'an event with its action',
      { headers: { 'x-github-event': 'issues.opened' } },
      400,
      'X-GitHub-Event is missing or no event of GitHub.',
    ],
    [
      'no GUID',
      { headers: { 'x-github-delivery': undefined } },
      400,
      'X-GitHub-Delivery is missing or no GUID.',
    ],
    [
      'a path as GUID',
      { headers: { 'x-github-delivery': '../../etc' } },
      400,
      'X-GitHub-Delivery is missing or no GUID.',
    ],
    [
      'a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'Set the content type of the webhook to application/json.',
    ],
    ['GET', { method: 'GET' }, 405, 'Only POST is answered here.'],
  ])('%s', async (_name, change, status, text) => {
    expect(await send({ body: marked, ...change })).toEqual({ status, text: `${text}\n` });
    expect(stored).toEqual([]);
    expect(acknowledged).toEqual([]);
    expect(logged.join()).not.toContain('secret-marker');
  });

  it.each([
    ['null', 'it is not a JSON object'],
    ['1', 'it is not a JSON object'],
    ['[]', 'it is not a JSON object'],
    ['""', 'it is not a JSON object'],
    ['', 'it is not a JSON object'],
    ['{', 'it is not JSON'],
    ['{"a":1}}', 'it is not JSON'],
    ['{"a":"x', 'it is not JSON'],
    ['{"a":1,"a":2}', 'the key "a" stands twice'],
    ['{"b":{"a":1,"\\u0061":2}}', 'the key "a" stands twice'],
    ['{"l":[{"a":1},{"a":1,"c":[],"a":2}]}', 'the key "a" stands twice'],
    [
      `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      'it is nested more than 100 levels deep',
    ],
    ['{"a":'.repeat(200_000), 'it is nested more than 100 levels deep'],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'it is not UTF-8'],
  ])('signed, but %.30s', async (body, fault) => {
    expect(await send({ body })).toEqual({ status: 400, text: `Malformed payload: ${fault}.\n` });
    expect(stored).toEqual([]);
  });

  it('takes what only looks like it', async () => {
    const body = '{"a":"{[\\"a\\":\\\\","b":[{"a":1},{"a":1}],"__proto__":{"a":"a"},"c":["a","a"]}';
    expect((await send({ body })).status).toBe(202);
  });
});

describe('where storing fails', () => {
  const refusal = { status: 503, text: 'The delivery could not be stored; send it again.\n' };

  it('at once', async () => {
    store = async () => {
      throw new Error('the disk is full');
    };
    expect(await send()).toEqual(refusal);
    expect(logged.join()).toContain('the disk is full');
  });

  it('by never ending', async () => {
    store = () => new Promise(() => undefined);
    expect(await send()).toEqual(refusal);
    expect(acknowledged).toEqual([]);
  });
});

describe('a body over the cap', () => {
  it('is refused by its declared length before it is sent', async () => {
    const answer = await send({ body: Buffer.alloc(MAX_BYTES + 1, 0x20) });
    expect(answer).toEqual({ status: 413, text: `The body is over ${MAX_BYTES} bytes.\n` });
  });

  it('is refused while it streams, unsigned or not, and the memory stays flat', async () => {
    const before = process.memoryUsage().rss;
    const { arrayBuffers } = process.memoryUsage();
    const sent = await stream(300 * 1024 * 1024);
    expect(sent.status).toBe(413);
    expect(sent.bytes).toBeLessThan(300 * 1024 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
    expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(4 * 1024 * 1024);
    expect(stored).toEqual([]);
  });
});

it('gives the memory of an unsigned body back at once, before anything is collected', async () => {
  const body = Buffer.alloc(MAX_BYTES, 0x20);
  const before = process.memoryUsage().arrayBuffers;
  for (let sent = 0; sent < 20; sent += 1) expect(await sendUnsigned(body)).toBe(401);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * MAX_BYTES);
});

it('acknowledges honest deliveries while strangers hold large bodies, which are refused or cut', async () => {
  const strangers = Array.from({ length: 80 }, () => hold(MAX_BYTES - 1));
  await Promise.all(strangers.map(({ sent }) => sent));
  const answers = await Promise.all(Array.from({ length: 20 }, () => send({ body: unlike() })));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
  // All together may hold four such bodies; those are slow, and cut.
  const ends = await Promise.all(strangers.map(({ status }) => status));
  expect(ends.filter(status => status === 503).length).toBeGreaterThanOrEqual(76);
  expect(ends.filter(status => status !== 503 && status !== 0)).toEqual([]);
});

/** Its status. Unlike fetch, it sends the very bytes, and no copy of them. */
const sendUnsigned = (body: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { ...UNSIGNED, 'x-github-delivery': randomUUID() };
    const out = request(url, { method: 'POST', headers, agent: false });
    out.on('response', response => resolve(response.resume().statusCode ?? 0));
    out.on('error', reject);
    out.end(body);
  });

const UNSIGNED = {
  'content-type': 'application/json',
  'x-github-event': 'issues',
  'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
};

/** A body that no other delivery has. */
const unlike = () => JSON.stringify({ nonce: randomUUID() });

/** Sends this much of a body of `MAX_BYTES`, unsigned, and then nothing more. */
function hold(bytes: number) {
  const sent = Promise.withResolvers<void>();
  const status = Promise.withResolvers<number>();
  const headers = {
    ...UNSIGNED,
    'content-length': MAX_BYTES,
    'x-github-delivery': randomUUID(),
  };
  const out = request(url, { method: 'POST', headers, agent: false });
  out.on('response', response => status.resolve(response.resume().statusCode ?? 0));
  out.on('error', () => undefined);
  out.on('close', () => {
    sent.resolve();
    status.resolve(0);
  });
  out.write(Buffer.alloc(bytes, 0x20), () => sent.resolve());
  return { sent: sent.promise, status: status.promise };
}

it('leaves other addresses to others', async () => {
  expect((await fetch(url.replace(WEBHOOK_PATH, '/healthz'))).status).toBe(404);
});

it('is not made without a secret', () => {
  const parts = { secret: '', deliveries: { receive: store }, log: console };
  expect(() => createReceiver(parts)).toThrow(
    'The webhook secret is empty: set the one that the GitHub App has.',
  );
});

/** Sends chunks without a declared length until all is sent or the connection is cut. */
function stream(total: number): Promise<{ status: number; bytes: number }> {
  return new Promise(resolve => {
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    let status = 0;
    let bytes = 0;
    const out = request(url, {
      method: 'POST',
      headers: { ...UNSIGNED, 'x-github-delivery': randomUUID() },
    });
    out.on('response', response => {
      status = response.statusCode ?? 0;
      response.resume();
    });
    out.on('error', () => undefined);
    out.on('close', () => resolve({ status, bytes }));
    const more = () => {
      while (!out.destroyed && bytes < total) {
        bytes += chunk.length;
        if (!out.write(chunk)) return void out.once('drain', more);
      }
      out.end();
    };
    more();
  });
}
