/** A call that does not come to its end costs what it may have come to: leaving early makes nothing free. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Usage } from '../../src/core/agent-event.ts';
import type { CallBudget, GatewaySpec, ModelRoute } from '../../src/engine/ports/gateway.ts';
import { connectThrough } from '../../src/gateway/outer-proxy.ts';
import { ask, openGateway, post, raw } from './start-gateway.ts';

const PROMPT = { model: 'm', input: 'hello', max_output_tokens: 60_000 };
const STREAMED = { ...PROMPT, stream: true };
const HEAD = { 'content-type': 'text/event-stream' };

async function provider(listener: RequestListener) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    request.resume().once('end', () => listener(request, response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked: () => asked };
}

const route = (upstream: string): ModelRoute => ({
  dialect: 'openai-responses',
  upstream,
  credential: null,
  mayCall: async () => ({ outcome: 'allow', ruleId: null, reason: '' }),
});

/** A budget that grants what is asked, and tells what each call came to first, and how many are open. */
function openBudget() {
  const settled: (Usage | null)[] = [];
  let open = 0;
  const budget: CallBudget = {
    async reserve({ output }) {
      let isOpen = true;
      open += 1;
      return {
        reservation: null,
        output,
        follow() {},
        leave() {},
        settle(usage) {
          if (!isOpen) return;
          isOpen = false;
          open -= 1;
          settled.push(usage);
        },
      };
    },
  };
  return { budget, settled, open: () => open };
}

/** What an agent waits for while its call is admitted; it goes on once it is told to. */
function admission() {
  const [reached, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const wait = async () => {
    reached.resolve();
    await goesOn.promise;
  };
  return { reached: reached.promise, goOn: goesOn.resolve, wait };
}

describe('an agent that leaves', () => {
  test.each(['policy', 'the reservation', 'the credential'])(
    'while %s is waited for gets no answer, and pays for none',
    async at => {
      const { url, asked } = await provider((_, response) => response.end('{}'));
      const { budget, settled, open: reservations } = openBudget();
      const { reached, goOn, wait } = admission();
      const waits = (place: string) => (place === at ? wait() : undefined);
      const calls: unknown[] = [];
      const open = await openGateway({
        model: {
          ...route(url),
          async mayCall() {
            await waits('policy');
            return { outcome: 'allow', ruleId: null, reason: '' };
          },
          async credential() {
            await waits('the credential');
            return 'key';
          },
        },
        budget: {
          async reserve(call) {
            await waits('the reservation');
            return budget.reserve(call);
          },
        },
        called: call => calls.push(call),
      });
      const leaver = post(open).on('error', () => {});
      leaver.end(JSON.stringify(PROMPT));
      await reached;
      leaver.destroy();
      // The next request is read after the connection's end was seen.
      await ask(open, '/v1/nothing');
      goOn();
      await expect.poll(() => calls.length).toBe(1);
      expect([settled, reservations(), asked()]).toEqual([[null], 0, 0]);
    },
  );

  test('after the head pays for what may have been thought meanwhile, within what it reserved', async () => {
    const { url } = await provider((_, response) => {
      response.writeHead(200, HEAD).write('data: {"type":"response.created"}\n\n');
    });
    const { budget, settled } = openBudget();
    const open = await openGateway({ model: route(url), budget });
    const leave = async (body: object) => {
      const began = performance.now();
      const leaver = post(open).on('error', () => {});
      leaver.end(JSON.stringify(body));
      const [response] = await once(leaver, 'response');
      response.on('error', () => {});
      await once(response, 'data');
      leaver.destroy();
      const before = settled.length;
      await expect.poll(() => settled.length).toBe(before + 1);
      return { output: settled.at(-1)?.output ?? 0, ms: performance.now() - began };
    };
    const { output, ms } = await leave(STREAMED);
    // A token for each millisecond, though no text was told.
    expect(output).toBeGreaterThan(0);
    expect(output).toBeLessThanOrEqual(Math.ceil(ms));
    expect(await leave({ ...STREAMED, max_output_tokens: 1 })).toMatchObject({ output: 1 });
  });

  test('after the final figures pays what they say', async () => {
    const { url } = await provider((_, response) => {
      const done = { type: 'response.completed', response: { usage: { output_tokens: 7 } } };
      response.writeHead(200, HEAD).write(`data: ${JSON.stringify(done)}\n\n`);
    });
    const { budget, settled } = openBudget();
    const open = await openGateway({ model: route(url), budget });
    const leaver = post(open).on('error', () => {});
    leaver.end(JSON.stringify(STREAMED));
    const [response] = await once(leaver, 'response');
    response.on('error', () => {});
    await once(response, 'data');
    leaver.destroy();
    await expect.poll(() => settled).toMatchObject([{ output: 7 }]);
  });

  test('before an answer in the background has an id pays for all of it', async () => {
    const { url } = await provider((_, response) => {
      response.writeHead(200, HEAD).flushHeaders();
    });
    const { budget, settled } = openBudget();
    const open = await openGateway({ model: route(url), budget });
    const leaver = post(open).on('error', () => {});
    leaver.end(JSON.stringify({ ...STREAMED, background: true }));
    const [response] = await once(leaver, 'response');
    response.on('error', () => {});
    leaver.destroy();
    await expect.poll(() => settled).toMatchObject([{ output: 60_000 }]);
  });

  test('while the answer of a lost worker is looked for has it canceled', async () => {
    const { reached, goOn, wait } = admission();
    const lines: string[] = [];
    const { url } = await provider(async ({ method, url: path }, response) => {
      lines.push(`${method} ${path}`);
      if (path?.includes('stream=true')) return void response.writeHead(200, HEAD).flushHeaders();
      if (method === 'GET') await wait();
      response.end('{"status":"in_progress"}');
    });
    const { budget, settled } = openBudget();
    const takeUp = () => {
      throw new Error('nobody waits for it');
    };
    const left = async () => ({ id: 'resp_0', reservation: null, takeUp });
    const background = { left, leaves: () => false };
    const open = await openGateway({ model: route(url), budget, background });
    const leaver = post(open).on('error', () => {});
    leaver.end(JSON.stringify({ ...STREAMED, background: true }));
    await reached;
    leaver.destroy();
    await ask(open, '/v1/nothing');
    goOn();
    await expect.poll(() => settled).toEqual([null]);
    expect(lines).toEqual([
      'GET /v1/responses/resp_0',
      'GET /v1/responses/resp_0?stream=true',
      'POST /v1/responses/resp_0/cancel',
    ]);
  });
});

describe('a provider that breaks off', () => {
  test.each([
    ['before it answers', false],
    ['before it answers in the background', true],
  ])('%s is paid for what it may have done', async (_what, background) => {
    const { url } = await provider(request => void request.socket.destroy());
    const { budget, settled } = openBudget();
    const open = await openGateway({ model: route(url), budget });
    const body = { ...STREAMED, background };
    expect((await ask(open, '/v1/responses', { body })).status).toBe(502);
    const [usage] = settled;
    expect(usage?.input).toBeGreaterThan(0);
    expect(usage?.output).toBeGreaterThan(0);
    if (background) expect(usage?.output).toBe(60_000);
    expect(open.report().usage).toEqual(usage);
  });

  test('before the request has left is paid nothing', async () => {
    const server = createSocketServer(socket => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const port = (server.address() as AddressInfo).port;
    const { budget, settled } = openBudget();
    // No handshake of TLS comes about, so nothing was asked; the other is a port where nothing listens.
    for (const url of [`https://127.0.0.1:${port}`, 'http://127.0.0.1:1']) {
      const open = await openGateway({ model: route(url), budget });
      expect((await ask(open, '/v1/responses', { body: PROMPT })).status).toBe(502);
    }
    expect(settled).toMatchObject([
      { input: 0, output: 0 },
      { input: 0, output: 0 },
    ]);
  });
});

describe('a reservation', () => {
  const failing = (spec: Partial<GatewaySpec>) =>
    openGateway({ model: route('http://127.0.0.1:1'), ...spec });

  test('that fails is a failure of the server, and no cap that is spent', async () => {
    const open = await failing({ budget: { reserve: () => Promise.reject(new Error('down')) } });
    const answer = await ask(open, '/v1/responses', { body: PROMPT });
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.text).error).toMatchObject({
      code: 'reservation_failed',
      message:
        'Gatehouse: what it costs could not be reserved; this passes once the database answers',
    });
    expect(open.report().lastCall).toMatchObject({ class: 'server' });
  });

  test('is given back where nobody can tell whether a lost worker had asked the same', async () => {
    const { url, asked } = await provider((_, response) => response.writeHead(500).end('{}'));
    const { budget, settled, open: reservations } = openBudget();
    const background = {
      left: () => Promise.reject(new Error('the artifact has expired')),
      leaves: () => false,
    };
    const open = await openGateway({ model: route(url), budget, background });
    const body = { ...STREAMED, background: true };
    expect((await ask(open, '/v1/responses', { body })).status).toBe(500);
    expect([asked(), reservations()]).toEqual([1, 0]);
    expect(settled).toMatchObject([{ output: 0 }]);
  });
});

test('a client that leaves while its way is looked for is not connected for', async () => {
  const { url, asked } = await provider((_, response) => response.end('{}'));
  const { reached, goOn, wait } = admission();
  const name = 'npm.registry.internal';
  const open = await openGateway({
    registries: [
      {
        ...{ name, scope: null, except: [], upstream: `${url}/`, paths: [], redirectsTo: [] },
        async credential() {
          await wait();
          return 'token';
        },
      },
    ],
  });
  const socket = connect(join(open.folder, 'gw.sock'));
  socket.write(`GET http://${name}/a HTTP/1.1\r\nhost: ${name}\r\n\r\n`);
  await reached;
  socket.destroy();
  await ask(open, '/v1/nothing');
  goOn();
  // What is asked after it is answered after it.
  expect((await ask(open, `http://${name}/b`)).status).toBe(200);
  expect([asked(), open.report().unreached]).toEqual([1, []]);
});

test('nor is a tunnel opened whose run has ended meanwhile', async () => {
  let opened = 0;
  const proxy = createServer().listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => void proxy.close());
  proxy.on('connect', (_request, socket) => {
    opened += 1;
    socket.end('HTTP/1.1 200 OK\r\n\r\n');
  });
  const { reached, goOn, wait } = admission();
  const https = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const open = await openGateway(
    {
      async mayConnect() {
        await wait();
        return { outcome: 'allow', ruleId: null, reason: '' };
      },
    },
    { outer: { https, http: null, except: '' } },
  );
  const asked = raw(open, 'CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\n');
  await reached;
  await open.close();
  expect(await asked).toBe('');
  goOn();
  // What is decided now is decided before the next connection is made.
  await new Promise(setImmediate);
  const other = { host: 'b.example', port: 443 };
  (await connectThrough(new URL(https), other, 60_000)).destroy();
  expect(opened).toBe(1);
});
