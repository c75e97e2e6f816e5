/** One request to another server, on behalf of a client that may need several. */
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { exchange } from '../../src/gateway/exchange.ts';

async function listen(answer: (response: ServerResponse) => void): Promise<number> {
  const server = createServer((_, response) => answer(response));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const to = (port: number) => ({
  protocol: 'http:',
  options: { host: '127.0.0.1', port, path: '/', headers: {}, agent: false },
  body: null,
  idleMs: 60_000,
});

test('nothing is left of the requests that ended, however many a client needs', async () => {
  const upstream = await listen(response => void response.end('pending'));
  const before = Promise.withResolvers<number>();
  const polled = Promise.withResolvers<ServerResponse>();
  const port = await listen(async response => {
    before.resolve(response.listenerCount('close'));
    for (let poll = 0; poll < 20; poll += 1) await text(await exchange(to(upstream), response));
    polled.resolve(response);
  });
  const answer = fetch(`http://127.0.0.1:${port}`);
  const client = await polled.promise;
  await expect.poll(() => client.listenerCount('close')).toBe(await before.promise);
  client.end('done');
  expect(await (await answer).text()).toBe('done');
});

test('a request ends with its client', async () => {
  const ended = Promise.withResolvers<void>();
  const upstream = await listen(response => void response.once('close', () => ended.resolve()));
  const asked = Promise.withResolvers<void>();
  const port = await listen(response => {
    exchange(to(upstream), response).catch(() => undefined);
    asked.resolve();
  });
  const client = request({ host: '127.0.0.1', port }).on('error', () => undefined);
  client.end();
  await asked.promise;
  client.destroy();
  await ended.promise;
  expect(client.destroyed).toBe(true);
});
