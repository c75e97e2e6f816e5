import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, openGateway, raw } from './start-gateway.ts';

let registry: Server;
let origin: string;
const seen: IncomingMessage[] = [];

beforeAll(async () => {
  registry = createServer((asked, response) => {
    seen.push(asked);
    response.setHeader('x-answered', 'yes');
    response.end(`registry says ${asked.url}`);
  });
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');
  origin = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
});
afterAll(() => {
  registry.closeAllConnections();
  registry.close();
});

test('a body of thousands of parts, each of a byte, is cut off', async () => {
  const open = await openGateway({ hosts: [origin] });
  const before = seen.length;
  const head = `POST http://${origin}/fragments HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`;
  await raw(open, head + '1\r\na\r\n'.repeat(3_000)).catch(() => '');
  const [asked] = seen.slice(before);
  expect(asked?.complete ?? false).toBe(false);
  // The gateway goes on.
  expect(await ask(open, `http://${origin}/next`)).toMatchObject({ status: 200 });
});

describe('CONNECT', () => {
  test('reaches a granted host', async () => {
    const open = await openGateway({ hosts: [origin] });
    const text = await raw(
      open,
      `CONNECT ${origin} HTTP/1.1\r\nhost: ${origin}\r\n\r\n`,
      'GET /tunnelled HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 Connection Established\r\n\r\nHTTP\/1\.1 200 OK/);
    expect(text).toContain('registry says /tunnelled');
    expect(open.report().refused).toEqual([]);
  });

  test('is refused anywhere else, says why, and stands in the report once', async () => {
    const lines: string[] = [];
    const log = { info: (_fields: object, message: string) => lines.push(message) };
    const open = await openGateway({ hosts: [origin] }, { log });
    for (let turn = 0; turn < 3; turn++) {
      const text = await raw(open, 'CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\n\r\n');
      expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden/);
      expect(text).toContain('Gatehouse: evil.example:443 is refused: not granted to this run.');
    }
    expect(open.report().refused).toEqual(['evil.example:443: not granted to this run']);
    expect(lines).toEqual(['gateway refused']);
  });

  test('a name that resolves to loopback is refused though it is granted', async () => {
    const open = await openGateway({ hosts: ['internal.localhost:443'] });
    const text = await raw(open, 'CONNECT internal.localhost:443 HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 (?:403|502)/);
  });

  test('what nobody refuses and is not reached stands in the report apart from what is refused', async () => {
    const hosts = ['none.invalid:443', 'none.invalid:80', '127.0.0.1:1'];
    const open = await openGateway({ hosts });
    await raw(open, 'CONNECT none.invalid:443 HTTP/1.1\r\nhost: x\r\n\r\n');
    await raw(open, 'CONNECT 127.0.0.1:1 HTTP/1.1\r\nhost: x\r\n\r\n');
    const answer = await ask(open, 'http://none.invalid/a');
    expect(answer).toMatchObject({
      status: 502,
      text: "Gatehouse: none.invalid:80 can't be reached: the name does not resolve.\n",
    });
    const unknown = { by: 'name', reason: 'the name does not resolve' };
    expect(open.report()).toMatchObject({
      refused: [],
      unreached: [
        { destination: 'none.invalid:443', ...unknown },
        { destination: '127.0.0.1:1', by: 'connection', reason: 'nothing listens there' },
        { destination: 'none.invalid:80', ...unknown },
      ],
    });
  });

  test('without a port it is malformed', async () => {
    const open = await openGateway({ hosts: [origin] });
    expect(await raw(open, 'CONNECT evil.example HTTP/1.1\r\nhost: x\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400/,
    );
  });

  test('a granted host that does not answer is a 502', async () => {
    const open = await openGateway({ hosts: ['127.0.0.1:1'] });
    const text = await raw(open, 'CONNECT 127.0.0.1:1 HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 502 Bad Gateway[\s\S]*ECONNREFUSED/);
  });
});

describe('plain HTTP', () => {
  test('reaches a granted host, named by the URL and not by the Host header', async () => {
    const open = await openGateway({ hosts: [origin] });
    const answer = await ask(open, `http://${origin}/pkg?x=1`, {
      headers: { host: 'evil.example', 'proxy-authorization': 'Basic abc', te: 'trailers' },
    });
    expect(answer).toMatchObject({ status: 200, text: 'registry says /pkg?x=1' });
    expect(answer.headers['x-answered']).toBe('yes');
    expect(seen.at(-1)?.headers.host).toBe(origin);
    expect(seen.at(-1)?.headers['proxy-authorization']).toBeUndefined();
  });

  test.each([
    ['http://evil.example/', 'evil.example:80'],
    ['http://169.254.169.254/latest/meta-data/', '169.254.169.254:80'],
    ['ftp://127.0.0.1/', 'ftp:127.0.0.1'],
  ])('%s is refused', async (url, name) => {
    const open = await openGateway({ hosts: [origin] });
    expect((await ask(open, url)).status).toBe(403);
    expect(open.report().refused[0]).toMatch(name);
  });

  test.each(['GET', 'HEAD', 'DELETE', 'POST'])(
    'the body of a %s is no second request',
    async method => {
      const open = await openGateway({ hosts: [origin] });
      const before = seen.length;
      const smuggled = `POST /smuggled HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`;
      for (const framing of [
        `transfer-encoding: chunked\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
        `content-length: ${smuggled.length}\r\n\r\n${smuggled}`,
        `content-length: ${smuggled.length}\r\nconnection: close, content-length\r\n\r\n${smuggled}`,
      ])
        await raw(
          open,
          `${method} http://${origin}/asked HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${framing}`,
        );
      expect(seen.slice(before).map(({ url }) => url)).toEqual(['/asked', '/asked', '/asked']);
    },
  );

  test('an answer that changes the protocol ends the exchange', async () => {
    const server = createServer(asked =>
      asked.socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nmore',
      ),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const open = await openGateway({ hosts: [at] });
    const answer = await ask(open, `http://${at}/`);
    server.closeAllConnections();
    server.close();
    expect(answer).toMatchObject({ status: 502 });
    expect(answer.text).toContain('changing the protocol');
  });

  test('headers beyond the cap are refused, and the gateway lives on', async () => {
    const open = await openGateway({ hosts: [origin] });
    const big = await raw(
      open,
      `GET http://${origin}/ HTTP/1.1\r\nhost: x\r\nx-big: ${'a'.repeat(40_000)}\r\n\r\n`,
    );
    expect(big).toMatch(/^HTTP\/1\.1 4\d\d/);
    expect((await ask(open, `http://${origin}/`)).status).toBe(200);
  });

  test('garbage is refused, and the gateway lives on', async () => {
    const open = await openGateway({ hosts: [origin] });
    expect(await raw(open, '\x16\x03\x01 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
    expect((await ask(open, `http://${origin}/`)).status).toBe(200);
  });
});

test('many refusals do not grow the report without end', async () => {
  const open = await openGateway({});
  for (let index = 0; index < 150; index++) await ask(open, `http://h${index}.example/`);
  const { refused } = open.report();
  expect(refused).toHaveLength(101);
  expect(refused.at(-1)).toMatch(/more/i);
});
