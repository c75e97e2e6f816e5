/** What one run sends to its gateway costs a bounded part of the process that serves everybody. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OpenGateway } from '../../src/engine/ports/gateway.ts';
import { until } from '../demo/until.ts';
import { ask, openGateway, raw } from './start-gateway.ts';

const ALLOW = { outcome: 'allow' as const, ruleId: null, reason: 'It may.' };
const MB = 1024 * 1024;
const model = {
  dialect: 'openai-responses' as const,
  upstream: 'http://127.0.0.1:9',
  credential: async () => 'key',
  mayCall: async () => ALLOW,
};

/** Sends half of a request to the model, and then nothing more; its status, 0 where it is cut. */
function holdHalf(open: OpenGateway) {
  const sent = Promise.withResolvers<void>();
  const status = Promise.withResolvers<number>();
  const out = request({
    socketPath: join(open.folder, 'gw.sock'),
    path: '/v1/responses',
    method: 'POST',
    headers: { 'content-length': 14 * MB },
    agent: false,
  });
  out.on('response', response => status.resolve(response.resume().statusCode ?? 0));
  out.on('error', () => {});
  out.on('close', () => {
    sent.resolve();
    status.resolve(0);
  });
  out.write(Buffer.alloc(7 * MB, 0x20), () => sent.resolve());
  return { sent: sent.promise, status: status.promise, end: () => out.destroy() };
}

test('held bodies are counted together, and questions are answered meanwhile', async () => {
  const open = await openGateway({ model, decide: async () => ALLOW });
  const held = Array.from({ length: 12 }, () => holdHalf(open));
  await Promise.all(held.map(({ sent }) => sent));
  const answer = await ask(open, '/decide', { body: { action: 'file.write', path: 'a' } });
  expect(answer.status).toBe(200);
  // No more than three of them fit; nine are refused while the others are held.
  const refused = Promise.withResolvers<void>();
  let settled = 0;
  for (const { status } of held)
    void status.then(() => {
      settled += 1;
      if (settled === 9) refused.resolve();
    });
  await refused.promise;
  for (const { end } of held) end();
});

test.each([
  ['a question of two megabytes', '/decide', 'x'.repeat(2 * MB), /larger than 1048576 bytes/],
  [
    'a million values',
    '/v1/responses',
    `{"a":[${'0,'.repeat(1_000_000)}0]}`,
    /more than 400000 values/,
  ],
  [
    'a body that is nested too deep',
    '/v1/responses',
    `{"a":${'['.repeat(100)}${']'.repeat(100)}}`,
    /nested more than 100 levels deep/,
  ],
])('%s is refused unread', async (_what, path, body, reason) => {
  const open = await openGateway({ model, decide: async () => ALLOW });
  const answer = await ask(open, path, { body });
  expect(answer.status).toBe(400);
  expect(answer.text).toMatch(reason);
});

test('commas and brackets in texts are no values', async () => {
  const open = await openGateway({ decide: async () => ALLOW });
  const body = { action: 'file.write', path: '[{,"\\'.repeat(100_000) };
  expect((await ask(open, '/decide', { body })).status).toBe(200);
});

test.each([
  ['without a host', ''],
  ['that expect something', 'host: gateway\r\nexpect: more\r\n'],
])('requests %s are none that are answered without end', async (_, headers) => {
  const open = await openGateway({ decide: () => new Promise(() => {}) });
  const one = `POST /decide HTTP/1.1\r\n${headers}content-length: 2\r\n\r\n{}`;
  const told = await raw(open, one.repeat(1_000)).catch(({ code }) => code);
  expect(told).toMatch(/^(ECONNRESET)?$/);
});

const FRAGMENTS = '1\r\na\r\n'.repeat(3_000);

test('a body of thousands of parts, each of a byte, is cut off', async () => {
  const open = await openGateway({ decide: () => new Promise(() => {}) });
  const head = 'POST /decide HTTP/1.1\r\nhost: gateway\r\ntransfer-encoding: chunked\r\n\r\n';
  const told = await raw(open, head + FRAGMENTS).catch(({ code }) => code);
  expect(told).toMatch(/^(ECONNRESET)?$/);
});

test('a body that nobody reads is answered, and not waited for', async () => {
  const open = await openGateway({});
  const head = 'POST /nothing HTTP/1.1\r\nhost: gateway\r\ntransfer-encoding: chunked\r\n\r\n';
  expect(await raw(open, head + FRAGMENTS)).toMatch(/^HTTP\/1.1 403 /);
});

test('a connection that sends many requests before it has an answer is cut', async () => {
  const answers = Promise.withResolvers<typeof ALLOW>();
  let asked = 0;
  const open = await openGateway({
    decide() {
      asked += 1;
      return answers.promise;
    },
  });
  const question = JSON.stringify({ action: 'file.write', path: 'a' });
  const one = `POST /decide HTTP/1.1\r\nhost: gateway\r\ncontent-length: ${question.length}\r\n\r\n${question}`;
  const socket = connect(join(open.folder, 'gw.sock'));
  socket.on('error', () => {});
  const closed = new Promise(resolve => socket.once('close', resolve));
  socket.write(one.repeat(5_000));
  await closed;
  expect(asked).toBeLessThanOrEqual(2);
  answers.resolve(ALLOW);
  // For a moment new connections are cut as well.
  const again = () => ask(open, '/decide', { body: question }).catch(() => null);
  const answered = await until('an answer', async () => (await again())?.status);
  expect(answered).toBe(200);
});
