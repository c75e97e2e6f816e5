import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { listen } from '../../../src/compose/http/listen.ts';
import { secret } from '../../../src/config/secret.ts';

it('says that it can’t answer now where the database is away, and that it failed where anything else is wrong', async () => {
  const failures = [
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    new Error('timeout exceeded when trying to connect'),
    new TypeError('a mistake of ours'),
  ];
  // Nothing else is asked of it before the calls of other systems are.
  const needs = {
    taskHook: () => Promise.reject(failures.shift()),
    logger: { error: () => {}, warn: () => {} },
  } as unknown as Parameters<typeof listen>[1];
  const config = {
    github: { webhookSecret: secret('s'.repeat(16)) },
    listen: { host: '127.0.0.1', port: 0 },
  } as Parameters<typeof listen>[0];
  const { url, close } = await listen(config, needs);
  const ask = async () => {
    const answer = await fetch(`${url}/hooks/tasks/1`);
    const { code } = (await answer.json()) as { code: string };
    return [answer.status, code, answer.headers.get('retry-after')];
  };
  expect(await ask()).toEqual([503, 'unavailable', '10']);
  expect(await ask()).toEqual([503, 'unavailable', '10']);
  expect(await ask()).toEqual([500, 'internal', null]);
  await close();
});

const headOf = (headers: Record<string, string>) =>
  Object.entries({ host: 'here', ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');

it('cuts who sends a delivery in thousands of parts, each of a byte', async () => {
  const config = {
    github: { webhookSecret: secret('s'.repeat(16)) },
    listen: { host: '127.0.0.1', port: 0 },
  } as Parameters<typeof listen>[0];
  const needs = { observe: () => {}, logger: { warn: () => {} } };
  const { port, close } = await listen(config, needs as unknown as Parameters<typeof listen>[1]);
  const client = connect(port, '127.0.0.1');
  const headers = headOf({
    'transfer-encoding': 'chunked',
    'content-type': 'application/json',
    'x-github-event': 'ping',
    'x-github-delivery': '00000000-0000-0000-0000-000000000000',
    'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
  });
  client.write(`POST /api/github/webhooks HTTP/1.1\r\n${headers}\r\n${'1\r\na\r\n'.repeat(3_000)}`);
  expect(await text(client).catch(({ code }) => code)).toMatch(/^(ECONNRESET)?$/);
  await close();
});

it('cuts who asks again and again before the first answer, also without a host and with expectations', async () => {
  const needs = { taskHook: () => new Promise(() => {}), logger: { warn: () => {} } };
  const config = {
    github: { webhookSecret: secret('s'.repeat(16)) },
    listen: { host: '127.0.0.1', port: 0 },
  } as Parameters<typeof listen>[0];
  const { port, close } = await listen(config, needs as unknown as Parameters<typeof listen>[1]);
  for (const headers of ['', 'host: here\r\nexpect: more\r\n']) {
    const client = connect(port, '127.0.0.1');
    client.write(`GET /hooks/tasks/1 HTTP/1.1\r\n${headers}\r\n`.repeat(1_000));
    expect(await text(client).catch(({ code }) => code)).toMatch(/^(ECONNRESET)?$/);
  }
  await close();
});
