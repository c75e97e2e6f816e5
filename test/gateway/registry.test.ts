/** The operator's registry as a run sees it: read only, under another name, without the credential. */
import { createServer, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ask, openGateway, raw } from './start-gateway.ts';

const NAME = 'npm.registry.internal';
type Served = { status?: number; headers?: Record<string, string>; chunks?: string[] };

async function registry(
  serve: (path: string, origin: string) => Served,
  { credential = 'npm-token', redirectsTo = [] as string[] } = {},
) {
  const asked: { method: string; path: string; authorization: string | null }[] = [];
  let origin = '';
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const { authorization = null } = request.headers;
    asked.push({ method: request.method ?? '', path, authorization });
    const { status = 200, headers = {}, chunks = [] } = serve(path, origin);
    response.writeHead(status, headers);
    for (const chunk of chunks) {
      response.write(chunk);
      await new Promise(done => setImmediate(done));
    }
    response.end();
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const route = {
    name: NAME,
    scope: null,
    except: [],
    upstream: `${origin}/npm/`,
    paths: ['/files/'],
    redirectsTo,
    credential: async () => credential,
  };
  const gateway = await openGateway({ registries: [route] });
  const get = (path: string, method = 'GET') => ask(gateway, `http://${NAME}${path}`, { method });
  return { asked, get, gateway, origin: () => origin };
}

test('its index names files by the address that the run can ask, also across chunks', async () => {
  const { asked, get } = await registry((_, origin) => ({
    headers: { 'content-type': 'application/vnd.npm.install-v1+json' },
    chunks: [`{"a":"${origin.slice(0, 9)}`, `${origin.slice(9)}/npm/a.tgz","b":"${origin}/b"}`],
  }));
  const answer = await get('/npm/@acme%2fa');
  expect(answer.text).toBe(`{"a":"http://${NAME}/npm/a.tgz","b":"http://${NAME}/b"}`);
  expect(asked).toEqual([
    { method: 'GET', path: '/npm/@acme%2fa', authorization: 'Bearer npm-token' },
  ]);
});

test('a package is passed on as it is, and a redirect within the registry stays there', async () => {
  const { get } = await registry(
    (path, origin): Served =>
      path === '/npm/old'
        ? { status: 302, headers: { location: `${origin}/files/new` } }
        : { headers: { 'content-type': 'application/octet-stream' }, chunks: [origin] },
  );
  expect((await get('/npm/old')).headers.location).toBe(`http://${NAME}/files/new`);
  expect((await get('/files/new')).text).toMatch(/^http:\/\/127/);
});

describe('a registry that keeps its packages elsewhere', () => {
  /** Storage on another origin, which answers by path. */
  async function storage(serve: (path: string) => Served) {
    const asked: { path: string; authorization: string | null }[] = [];
    const server = createServer((request, response) => {
      const { authorization = null } = request.headers;
      asked.push({ path: request.url ?? '', authorization });
      const { status = 200, headers = {}, chunks = [] } = serve(request.url ?? '');
      response.writeHead(status, headers).end(chunks.join(''));
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => void server.close());
    return { asked, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
  }
  const sendsTo = (location: string) => () => ({ status: 302, headers: { location } });

  test('is followed there without its credential', async () => {
    const { asked, host } = await storage(
      (path): Served =>
        path.startsWith('/first')
          ? { status: 307, headers: { location: '/then?signature=1' } }
          : { chunks: ['a package'] },
    );
    const { get } = await registry(sendsTo(`http://me:pass@${host}/first#there`), {
      redirectsTo: [host],
    });
    expect(await get('/npm/a.tgz')).toMatchObject({ status: 200, text: 'a package' });
    expect(asked).toEqual([
      { path: '/first', authorization: null },
      { path: '/then?signature=1', authorization: null },
    ]);
  });

  test.each<[string, (host: string) => string, string]>([
    ['a host that nobody named', host => `http://${host}/a`, 'neither "redirects_to"'],
    ['another scheme', host => `https://${host}/a`, 'sends there by https://'],
  ])('is not followed to %s, which is told', async (_, location, reason) => {
    const { asked, host } = await storage(() => ({ chunks: ['a secret'] }));
    const named = reason.startsWith('neither') ? [] : [host];
    const { get, gateway } = await registry(sendsTo(location(host)), { redirectsTo: named });
    const answer = await get('/npm/a.tgz');
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining(reason)]);
    expect(gateway.report().refused).toEqual([expect.stringContaining(host)]);
    expect(asked).toEqual([]);
  });

  test('is not followed for ever, and what its storage refuses is passed on', async () => {
    const { asked, host } = await storage(path =>
      path === '/gone'
        ? { status: 403, chunks: ['expired'] }
        : { status: 302, headers: { location: '/again' } },
    );
    const around = await registry(sendsTo(`http://${host}/again`), { redirectsTo: [host] });
    expect((await around.get('/npm/a.tgz')).text).toContain('from one place to the next');
    expect(asked).toHaveLength(3);
    const gone = await registry(sendsTo(`http://${host}/gone`), { redirectsTo: [host] });
    expect(await gone.get('/npm/a.tgz')).toMatchObject({ status: 403, text: 'expired' });
    expect(gone.gateway.report().refused).toEqual([]);
  });
});

test.each([
  ['PUT', '/npm/a', 'a registry is only read'],
  ['GET', '/-/npm/v1/tokens', 'the path is not one of the registry'],
  ['GET', '/npm/../admin', 'the path is not one of the registry'],
  ['GET', '/npm/%2e%2e/admin', 'the path is not one of the registry'],
  ['GET', '/npm/..%2fadmin', 'the path is not one of the registry'],
  ['GET', '/npm/..;/admin', 'the path is not one of the registry'],
  ['GET', '/npm/a;x=1/b', 'the path is not one of the registry'],
  ['GET', '/npm/%252e%252e/admin', 'the path is not one of the registry'],
  ['GET', '/npm/..%3b/admin', 'the path is not one of the registry'],
  ['GET', '/npm/a%00', 'the path is not one of the registry'],
  ['GET', '/npmx', 'the path is not one of the registry'],
])('%s %s is refused and told', async (method, path, reason) => {
  const { asked, get, gateway } = await registry(() => ({}));
  const answer = await get(path, method);
  expect([answer.status, answer.text]).toEqual([403, `Gatehouse: ${reason}.\n`]);
  expect(asked).toEqual([]);
  expect(gateway.report().refused).toEqual([expect.stringContaining(reason)]);
});

test('what it says of a bad credential reaches nobody', async () => {
  const { get, gateway } = await registry(() => ({ status: 401, chunks: ['bad npm-token'] }));
  expect(await get('/npm/a')).toMatchObject({
    status: 401,
    text: "Gatehouse: the registry refused the gateway's credential.\n",
  });
  expect(gateway.report().refused[0]).toContain('the registry answered 401');
});

test('a client that opens a tunnel to it, as Yarn does, meets the same registry', async () => {
  const { asked, gateway } = await registry(path => ({ chunks: [`content of ${path}`] }));
  // A tunnel within it is none.
  const opening = `CONNECT ${NAME}:80 HTTP/1.1\r\nhost: ${NAME}\r\n\r\n`;
  expect((await raw(gateway, opening, opening)).match(/ 200 /g)).toHaveLength(1);
  const socketPath = join(gateway.folder, 'gw.sock');
  const tunnel = await new Promise<Socket>((opened, failed) => {
    const opening = request({ socketPath, method: 'CONNECT', path: `${NAME}:80` });
    opening.on('connect', (_, socket: Socket) => opened(socket)).on('error', failed);
    opening.end();
  });
  const content = await new Promise<string>((received, failed) => {
    const get = request({ createConnection: () => tunnel, path: '/npm/a' });
    get.on('response', answer => received(text(answer))).on('error', failed);
    get.end();
  });
  expect(content).toBe('content of /npm/a');
  expect(asked).toEqual([{ method: 'GET', path: '/npm/a', authorization: 'Bearer npm-token' }]);
});

describe('the packages of a scope', () => {
  async function both(granted: ('all' | 'scope')[] = ['all', 'scope'], folder = '/') {
    const all = await registry(path => ({ chunks: [`public ${path}`] }));
    const scoped = await registry((path, origin) => ({
      headers: { 'content-type': 'application/json' },
      chunks: [`"private ${path} ${origin}/download/@acme/a/1.0.0/0f"`],
    }));
    const route = (of: typeof all, path: string, scope: string | null) => ({
      ...{
        name: NAME,
        scope,
        except: ['@acme'],
        upstream: `${of.origin()}${path}`,
        paths: [],
        redirectsTo: [],
      },
      credential: scope === null ? null : async () => 'acme-token',
    });
    const routes = { all: route(all, folder, null), scope: route(scoped, '/', '@acme') };
    const gateway = await openGateway({ registries: granted.map(name => routes[name]) });
    const get = (path: string) => ask(gateway, `http://${NAME}${path}`, {});
    return { all, scoped, gateway, get };
  }

  test.each([
    '/@acme%2fa',
    '/@acme/a',
    '/%40acme/a',
    '/@acme/a/-/a-1.0.0.tgz',
    '/download/@acme/a/1.0.0/0f',
  ])('%s is read from the registry that has them, with its credential', async path => {
    const { all, scoped, get } = await both();
    expect((await get(path)).text).toBe(
      `"private ${path} http://${NAME}/download/@acme/a/1.0.0/0f"`,
    );
    expect(scoped.asked).toEqual([{ method: 'GET', path, authorization: 'Bearer acme-token' }]);
    expect(all.asked).toEqual([]);
  });

  test.each(['/a', '/@acmes/a', '/@babel%2facme', '/a/-/@acme.tgz', '/a?@acme/a', '/@ACME/a'])(
    '%s is read from the other one, without a credential',
    async path => {
      const { all, scoped, get } = await both();
      expect((await get(path)).text).toBe(`public ${path}`);
      expect(all.asked).toEqual([{ method: 'GET', path, authorization: null }]);
      expect(scoped.asked).toEqual([]);
    },
  );

  test('are found where npm puts the folder of the other one before a path that a lockfile names', async () => {
    const { scoped, get } = await both(['all', 'scope'], '/npm/');
    await get('/npm/download/@acme/a/1.0.0/0f');
    await get('/download/@acme/a/1.0.0/0f');
    expect(scoped.asked.map(({ path }) => path)).toEqual([
      '/download/@acme/a/1.0.0/0f',
      '/download/@acme/a/1.0.0/0f',
    ]);
  });

  test.each([
    ['/', (host: string) => `//${host}/@acme/steal`],
    ['/', (host: string) => `/\\${host}/@acme/steal`],
    ['/npm/', (host: string) => `/npm//${host}/@acme/steal`],
    ['/', (host: string) => `//${host}/steal`],
  ])('are asked of no other host, which a path names below %s', async (folder, path) => {
    const { all, scoped, get } = await both(['all', 'scope'], folder);
    const elsewhere = await registry(() => ({ chunks: ['stolen'] }));
    const { status, text } = await get(path(elsewhere.origin().replace('http://', '')));
    expect([status, text]).toEqual([403, 'Gatehouse: the path is not one of the registry.\n']);
    expect([all, scoped, elsewhere].flatMap(({ asked }) => asked)).toEqual([]);
  });

  test('are asked of nobody else where the run was not granted their registry', async () => {
    const { all, get } = await both(['all']);
    for (const path of ['/@acme%2fa', '/@acme/a', '/%40acme/a', '/x/@acme/a/-/a-1.tgz']) {
      const answer = await get(path);
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('@acme has a registry of its own');
    }
    expect((await get('/@acmes/a')).status).toBe(200);
    expect(all.asked).toHaveLength(1);
  });

  test('are all that is read where nothing else was granted', async () => {
    const { get, gateway } = await both(['scope']);
    expect((await get('/@acme%2fa')).status).toBe(200);
    expect(await get('/a')).toMatchObject({
      status: 403,
      text: 'Gatehouse: this run may read the packages of @acme alone.\n',
    });
    expect(gateway.report().refused).toHaveLength(1);
  });
});
