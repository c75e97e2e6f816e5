/** Runs reach what they are granted through the proxy of the operator's network. */
import { createServer, setGlobalProxyFromEnv } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type ProxySettings, proxyFor } from '../../src/gateway/outer-proxy.ts';
import { type LoopbackProxy, startProxy } from '../network/proxy.ts';
import { ask, openGateway, raw } from './start-gateway.ts';

const registry = createServer((request, response) => response.end(`registry says ${request.url}`));
let proxy: LoopbackProxy;
let outer: ProxySettings;
beforeAll(async () => {
  await new Promise<void>(listening => registry.listen(0, '127.0.0.1', listening));
  const { port } = registry.address() as AddressInfo;
  proxy = await startProxy(name => (name.endsWith('.corp.test') ? port : undefined));
  outer = { https: proxy.url, http: proxy.url, except: 'near.corp.test' };
});
afterAll(async () => {
  await proxy.close();
  registry.closeAllConnections();
  registry.close();
});

const tunnelTo = (host: string) => `CONNECT ${host} HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
const GET = 'GET /package HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';

test('tunnels and plain requests go through it, to granted names alone', async () => {
  const restore = setGlobalProxyFromEnv({ HTTP_PROXY: proxy.url });
  onTestFinished(restore);
  const hosts = [
    'npm.corp.test:443',
    'npm.corp.test:80',
    'gone.other.test:443',
    'near.corp.test:443',
  ];
  const open = await openGateway({ hosts }, { outer });
  expect(await raw(open, tunnelTo('npm.corp.test:443'), GET)).toContain('registry says /package');
  expect((await ask(open, 'http://npm.corp.test/plain')).text).toBe('registry says /plain');
  expect(await raw(open, tunnelTo('evil.corp.test:443'))).toContain('not granted to this run');
  expect(await raw(open, tunnelTo('gone.other.test:443'))).toContain('the proxy answers 502');
  expect(await raw(open, tunnelTo('near.corp.test:443'))).toContain('the name does not resolve');
  expect(proxy.asked).toEqual(['CONNECT npm.corp.test:443', 'GET http://npm.corp.test/plain']);
});

test('a registry of the operator is read through it', async () => {
  const restore = setGlobalProxyFromEnv({ HTTP_PROXY: proxy.url });
  onTestFinished(restore);
  const route = {
    name: 'npm.registry.internal',
    scope: null,
    except: [],
    upstream: 'http://npm.corp.test/',
    paths: [],
    redirectsTo: [],
    credential: null,
  };
  const open = await openGateway({ registries: [route] }, { outer });
  const { text } = await ask(open, 'http://npm.registry.internal/left-pad');
  expect(text).toBe('registry says /left-pad');
});

test.each([
  ['example.com', 'example.com', false],
  ['example.com', 'a.example.com', false],
  ['.example.com', 'a.example.com', false],
  ['*.example.com', 'a.example.com', false],
  ['example.com', 'notexample.com', true],
  ['EXAMPLE.com, other.org', 'a.example.com', false],
  ['example.com:8443', 'example.com', true],
  ['example.com:443', 'example.com', false],
  ['*', 'anything.org', false],
  ['10.0.0.1', '10.0.0.1', false],
  ['', 'example.com', true],
])('NO_PROXY=%s: %s through the proxy: %s', (except, host, through) => {
  const found = proxyFor({ https: 'http://p:3128', http: null, except }, 'https', {
    host,
    port: 443,
  });
  expect(found !== null).toBe(through);
  expect(proxyFor({ https: null, http: null, except }, 'https', { host, port: 443 })).toBeNull();
});
