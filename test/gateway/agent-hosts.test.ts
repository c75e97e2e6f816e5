/** An agent reaches hosts: policy is asked by the gateway, once for each, and all of it is bounded. */
import { createServer, setGlobalProxyFromEnv } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ActAnswer } from '../../src/core/act.ts';
import { createAgentHosts, HOST_LIMITS } from '../../src/gateway/agent-hosts.ts';
import type { ProxySettings } from '../../src/gateway/outer-proxy.ts';
import { type LoopbackProxy, startProxy } from '../network/proxy.ts';
import { ask, openGateway, raw } from './start-gateway.ts';

const server = createServer((request, response) =>
  request.pipe(response.writeHead(200, { 'x-path': request.url ?? '' })),
);
let proxy: LoopbackProxy;
let outer: ProxySettings;
let restore = () => {};
beforeAll(async () => {
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  proxy = await startProxy(name => (name.endsWith('.corp.test') ? port : undefined));
  outer = { https: proxy.url, http: proxy.url, except: '' };
  restore = setGlobalProxyFromEnv({ HTTP_PROXY: proxy.url });
});
afterAll(async () => {
  restore();
  await proxy.close();
  server.closeAllConnections();
  server.close();
});

const ALLOW: ActAnswer = { outcome: 'allow', ruleId: 'mine', reason: 'It is named.' };
const DENY: ActAnswer = { outcome: 'deny', ruleId: null, reason: 'No policy permits it.' };
/** Policy that allows these alone, and what it was asked. */
function policyFor(...allowed: string[]) {
  const asked: string[] = [];
  const mayConnect = async ({ host, port }: { host: string; port: number }) => {
    asked.push(`${host}:${port}`);
    return allowed.includes(`${host}:${port}`) ? ALLOW : DENY;
  };
  return { asked, mayConnect };
}
const tunnelTo = (host: string) => `CONNECT ${host} HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
const GET = 'GET /tunnelled HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';

test('what policy allows is reached, by exactly that name and port', async () => {
  const { asked, mayConnect } = policyFor('api.corp.test:443', 'api.corp.test:80');
  const open = await openGateway({ mayConnect }, { outer });
  expect(await raw(open, tunnelTo('API.corp.test.:443'), GET)).toContain('x-path: /tunnelled');
  expect(await raw(open, tunnelTo('api.corp.test:443'), GET)).toContain('x-path: /tunnelled');
  expect(await ask(open, 'http://api.corp.test/plain', { body: 'sent' })).toMatchObject({
    status: 200,
    text: 'sent',
  });
  for (const other of ['api.corp.test:8443', 'corp.test:443', 'v2.api.corp.test:443'])
    expect(await raw(open, tunnelTo(other))).toContain(
      `403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: ${`Gatehouse: ${other} is refused: No policy permits it.\n`.length}`,
    );
  expect(asked).toEqual([
    'api.corp.test:443',
    'api.corp.test:80',
    ...['api.corp.test:8443', 'corp.test:443', 'v2.api.corp.test:443'],
  ]);
  expect(open.report().refused).toHaveLength(3);
});

test.each(['127.0.0.1:80', '[::1]:80', '0x7f.1:80', '2130706433:443', '169.254.169.254:80'])(
  'the address %s is refused before policy is asked',
  async address => {
    const { asked, mayConnect } = policyFor(address, '127.0.0.1:80');
    const open = await openGateway({ mayConnect });
    expect(await raw(open, tunnelTo(address))).toContain('by their names, not by addresses');
    expect((await ask(open, `http://${address}/`)).status).toBe(403);
    expect(asked).toEqual([]);
  },
);

test('a name that resolves to an address of this machine is refused, though policy allows it', async () => {
  const { mayConnect } = policyFor('localhost:80');
  const open = await openGateway({ mayConnect });
  expect(await raw(open, tunnelTo('localhost:80'))).toContain('resolves to a private address');
});

test('what is granted by the operator is no way to a private address for an agent', async () => {
  const { port } = server.address() as AddressInfo;
  const { mayConnect } = policyFor(`localhost:${port}`);
  const open = await openGateway({ mayConnect, hosts: [`127.0.0.1:${port}`] });
  expect(await raw(open, tunnelTo(`localhost:${port}`))).toContain('a private address');
});

test('a connection waits while policy is asked, and ends with the gateway', async () => {
  let asked = () => {};
  const isAsked = new Promise<void>(resolve => {
    asked = resolve;
  });
  const mayConnect = () => {
    asked();
    return new Promise<ActAnswer>(() => {});
  };
  const open = await openGateway({ mayConnect }, { outer });
  const client = connect(join(open.folder, 'gw.sock'));
  const closed = new Promise(resolve => client.once('close', resolve));
  client.on('error', () => {}).write(tunnelTo('api.corp.test:443'));
  await isAsked;
  await open.close();
  await closed;
  expect(client.bytesRead).toBe(0);
});

test('one host more than a run may name is refused without a question', async () => {
  const { asked, mayConnect } = policyFor();
  const open = await openGateway({ mayConnect });
  for (let n = 0; n < HOST_LIMITS.hosts + 2; n++) await raw(open, tunnelTo(`h${n}.example:443`));
  expect(asked).toHaveLength(HOST_LIMITS.hosts);
  expect(open.report().refused.at(-1)).toMatch(/has named 20 hosts, and may name no other/);
});

test('one connection more than a run may have is refused, until another has ended', async () => {
  const { mayConnect } = policyFor('api.corp.test:443');
  const open = await openGateway({ mayConnect }, { outer });
  const clients = await Promise.all(
    Array.from({ length: HOST_LIMITS.connections }, async () => {
      const client = connect(join(open.folder, 'gw.sock'));
      client.write(tunnelTo('api.corp.test:443'));
      await new Promise(resolve => client.once('data', resolve));
      return client;
    }),
  );
  expect(await raw(open, tunnelTo('api.corp.test:443'))).toContain('has 32 connections open');
  const [first] = clients;
  first?.destroy();
  await expect
    .poll(() => raw(open, tunnelTo('api.corp.test:443'), GET))
    .toContain('x-path: /tunnelled');
  for (const client of clients) client.destroy();
});

test('what all connections move is counted together, and breaks off at the limit', async () => {
  const { mayConnect } = policyFor('a.example:443');
  const hosts = createAgentHosts(mayConnect, { ...HOST_LIMITS, bytes: 100 });
  const received: Buffer[] = [];
  const send = (bytes: number) =>
    pipeline(
      Readable.from([Buffer.alloc(bytes)]),
      hosts.counted(),
      new Writable({ write: (chunk, _encoding, done) => done(void received.push(chunk)) }),
    );
  await send(60);
  await send(40);
  await expect(send(1)).rejects.toThrow('has moved 100 bytes, the most that it may');
  expect(Buffer.concat(received)).toHaveLength(100);
});
