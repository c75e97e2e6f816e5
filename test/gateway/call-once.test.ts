/** The one call that shows whether a model answers tells its credential to the provider alone. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { callOnce } from '../../src/gateway/call-once.ts';

/** A provider that answers everything with this status; the headers that it was sent. */
async function provider(status: number, headers: Record<string, string> = {}) {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    response.writeHead(status, headers).end('{}');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test.each([301, 302, 307, 308])(
  'a %i sends the credential nowhere else, and is no answer',
  async status => {
    const elsewhere = await provider(200);
    const { url, asked } = await provider(status, { location: `${elsewhere.url}/sign-in` });
    const fault = await callOnce({ dialect: 'anthropic', upstream: url }, 'claude-x', 'sk-ant-key');
    expect(fault).toEqual({
      by: 'provider',
      why: `${status}, it refers to another address, where no credential is sent`,
    });
    expect(asked).toHaveLength(1);
    expect(elsewhere.asked).toEqual([]);
  },
);

test('a provider that answers has no fault', async () => {
  const { url, asked } = await provider(200);
  const called = callOnce({ dialect: 'anthropic', upstream: url }, 'claude-x', 'sk-ant-key');
  expect(await called).toBeNull();
  expect(asked).toMatchObject([{ 'x-api-key': 'sk-ant-key' }]);
});
