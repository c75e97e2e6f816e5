/** An answer that OpenAI goes on with in the background survives its connection, and is paid for once. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { backgroundAnswer } from '../../src/gateway/background-answer.ts';
import { followAnswer } from '../../src/gateway/follow-answer.ts';
import { ask, openGateway, post } from './start-gateway.ts';

const KEY = 'sk-live-7c1f0a9b3e5d';
const PROMPT = { model: 'm', stream: true, background: true, input: 'hello' };
const WORDS = 12;

const EVENTS = [
  { type: 'response.created', response: { id: 'resp_1' } },
  ...Array.from({ length: WORDS }, (_, at) => ({
    type: 'response.output_text.delta',
    delta: `word${at} `,
  })),
  {
    type: 'response.completed',
    response: { id: 'resp_1', usage: { input_tokens: 1_000, output_tokens: 34 } },
  },
].map((event, number) => ({ ...event, sequence_number: number }));
const LAST = EVENTS.length;

/** A provider whose connections break after so many events each; `rest`: whether the answer goes on. */
async function provider(of: { each: number; kept: boolean; waits?: boolean }) {
  const asked: { line: string; key: string; body: string }[] = [];
  const send = async (response: ServerResponse, from: number) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const to = Math.min(from + of.each, LAST);
    for (const event of EVENTS.slice(from, to))
      await new Promise(resolve =>
        response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`, resolve),
      );
    if (of.waits) return;
    // The event after the last one is cut in its middle.
    if (to < LAST)
      response.write('event: response.output_text.delta\ndata: {"ty', () => response.destroy());
    else response.end();
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const url = request.url ?? '';
    asked.push({
      line: `${request.method} ${url}`,
      key: request.headers.authorization ?? '',
      body,
    });
    if (request.method === 'POST' && url === '/v1/responses') return send(response, 0);
    if (request.method === 'POST') return void response.end('{}');
    if (!of.kept) return void response.writeHead(404).end('{}');
    const after = new URL(url, 'http://x').searchParams.get('starting_after');
    await send(response, after === null ? 0 : 1 + Number(after));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gateway = await openGateway({
    model: {
      dialect: 'openai-responses',
      upstream: url,
      credential: async () => KEY,
      mayCall: async () => ({ outcome: 'allow', ruleId: null, reason: '' }),
    },
  });
  return { asked, gateway, url };
}

test('is taken up where its connection broke, as often as it takes, and counted once', async () => {
  const { asked, gateway } = await provider({ each: 5, kept: true });
  const answer = await ask(gateway, '/v1/responses', { body: PROMPT });
  expect(answer).toMatchObject({ status: 200, cut: false });
  const told = answer.text.split('\n').filter(line => line.startsWith('data:'));
  expect(told.map(line => JSON.parse(line.slice(5)))).toEqual(EVENTS);
  expect(asked.map(({ line }) => line)).toEqual([
    'POST /v1/responses',
    'GET /v1/responses/resp_1?stream=true&starting_after=4',
    'GET /v1/responses/resp_1?stream=true&starting_after=9',
  ]);
  expect(new Set(asked.map(({ key }) => key))).toEqual(new Set([`Bearer ${KEY}`]));
  expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ background: true, store: true });
  expect(gateway.report()).toMatchObject({
    modelRequests: 1,
    usage: { input: 1_000, output: 34 },
    failures: {},
  });
});

test('of a lost worker that breaks before its first event is taken up from that', async () => {
  const { asked, url } = await provider({ each: LAST, kept: true });
  const route = { dialect: 'openai-responses', credential: async () => KEY } as const;
  const broken = (async function* (): AsyncGenerator<Uint8Array> {})();
  const answer = backgroundAnswer(broken, {
    ...followAnswer(route, `${url}/v1/responses`),
    known: 'resp_1',
    named() {},
    isGone: () => false,
  });
  const told = (await Array.fromAsync(answer)).map(String).join('').split('\n');
  const events = told.filter(line => line.startsWith('data:'));
  expect(events.map(line => JSON.parse(line.slice(5)))).toEqual(EVENTS);
  expect(asked.map(({ line }) => line)).toEqual(['GET /v1/responses/resp_1?stream=true']);
});

test('that is kept nowhere is cut, and canceled', async () => {
  const { asked, gateway } = await provider({ each: 5, kept: false });
  const answer = await ask(gateway, '/v1/responses', { body: PROMPT });
  expect(answer.cut).toBe(true);
  await expect.poll(() => asked.at(-1)?.line).toBe('POST /v1/responses/resp_1/cancel');
  expect(gateway.report().usage.output).toBeGreaterThan(0);
});

test('that nobody waits for any more is canceled', async () => {
  const { asked, gateway } = await provider({ each: 5, kept: true, waits: true });
  const sent = post(gateway);
  sent.on('error', () => {});
  sent.end(JSON.stringify(PROMPT));
  const [response] = await once(sent, 'response');
  response.on('error', () => {});
  await once(response, 'data');
  sent.destroy();
  await expect.poll(() => asked.at(-1)?.line).toBe('POST /v1/responses/resp_1/cancel');
  expect(asked).toHaveLength(2);
});

test('without a stream is sent in the foreground, because nobody would count it in the background', async () => {
  const { asked, gateway } = await provider({ each: LAST, kept: true });
  await ask(gateway, '/v1/responses', { body: { ...PROMPT, stream: false } });
  const sent = JSON.parse(asked[0]?.body ?? '');
  expect(sent).not.toHaveProperty('background');
  expect(sent).toMatchObject({ store: false });
});

test('can be read by nobody inside: only the gateway takes one up', async () => {
  const { asked, gateway } = await provider({ each: LAST, kept: true });
  const answer = await ask(gateway, '/v1/responses/resp_of_somebody_else');
  expect(answer.status).toBe(403);
  expect(asked).toEqual([]);
});
