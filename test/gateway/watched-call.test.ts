/** Each call of a model is told of once, when it is over: whose, how long, how much, how it ended. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { EndedCall, ModelRoute } from '../../src/engine/ports/gateway.ts';
import { startScriptedModel } from '../model/server.ts';
import { ask, openGateway, post } from './start-gateway.ts';

const route = (upstream: string): ModelRoute => ({
  dialect: 'openai-responses',
  upstream,
  credential: null,
  mayCall: async model =>
    model === 'forbidden'
      ? { outcome: 'deny', ruleId: null, reason: 'no' }
      : { outcome: 'allow', ruleId: null, reason: '' },
});
const asked = (model: string) => ({ model, stream: true, input: [] });

async function watched(upstream: string) {
  const calls: EndedCall[] = [];
  let told = () => {};
  const open = await openGateway({
    model: route(upstream),
    called: call => {
      calls.push(call);
      told();
    },
  });
  const next = () =>
    new Promise<void>(resolve => {
      told = resolve;
    });
  return { open, calls, next };
}

async function provider(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('one that is answered', async () => {
  const model = await startScriptedModel({ turns: [{ say: 'one two three' }] });
  onTestFinished(() => model.close());
  const { open, calls } = await watched(model.url);
  await ask(open, '/v1/responses', { body: asked('m') });
  expect(calls).toMatchObject([
    { model: 'm', end: 'answered', usage: { input: 1000, output: 34 } },
  ]);
  const [call] = calls;
  expect(call?.firstByteMs).toBeGreaterThanOrEqual(0);
  expect((call?.to ?? 0) - (call?.from ?? 0)).toBeGreaterThanOrEqual(call?.firstByteMs ?? 0);
});

it('one that the provider refuses, one that policy does, and none where nothing is paid', async () => {
  const upstream = await provider((_request, response) => response.writeHead(429).end('{}'));
  const { open, calls } = await watched(upstream);
  await ask(open, '/v1/responses', { body: asked('m') });
  await ask(open, '/v1/responses', { body: asked('forbidden') });
  await ask(open, '/v1/models');
  expect(calls).toMatchObject([
    { model: 'm', firstByteMs: null, end: { class: 'rate_limit' } },
    { model: 'forbidden', firstByteMs: null, end: { class: 'policy' }, usage: { input: 0 } },
  ]);
});

it('one whose agent leaves before there is an answer', async () => {
  const arrived = Promise.withResolvers<void>();
  const upstream = await provider(() => arrived.resolve());
  const { open, calls, next } = await watched(upstream);
  const told = next();
  const request = post(open).on('error', () => {});
  request.end(JSON.stringify(asked('m')));
  await arrived.promise;
  request.destroy();
  await told;
  expect(calls).toMatchObject([{ model: 'm', end: { class: 'transport' }, firstByteMs: null }]);
  expect(calls[0]?.usage.input).toBeGreaterThan(0);
});
