import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GATEWAY_ORIGIN } from '../../../src/engine/ports/sandbox.ts';
import { runInside } from './run-inside.ts';
import { temporaryFolder } from './temporary-folder.ts';

let folder = '';
let server: Server;

beforeAll(async () => {
  folder = await temporaryFolder();
  server = createServer((request, response) => {
    if (request.url !== '/stream') return response.end(`gateway saw ${request.url}`);
    response.write('data: 1\n\n');
    return setTimeout(() => response.end('data: 2\n\n'), 50);
  }).listen(join(folder, 'gw.sock'));
  await new Promise(resolve => server.once('listening', resolve));
});
afterAll(() => {
  server.close();
});

const get = (path: string) =>
  `exec 3<>/dev/tcp/127.0.0.1/8787; printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;

test('the gateway answers from the first moment, streams, and is the only way out', async () => {
  expect(GATEWAY_ORIGIN).toBe('http://127.0.0.1:8787');
  const { stdout } = await runInside(
    `bash -c "${get('/hello')}"; bash -c "${get('/stream')}"; socat - TCP:192.0.2.1:80 2>&1 </dev/null | grep -o unreachable`,
    { gateway: { folder } },
  );
  expect(stdout).toContain('gateway saw /hello');
  expect(stdout).toMatch(/data: 1\s+data: 2/);
  expect(stdout).toContain('unreachable');
});

test('an answer comes through long after the question has ended', async () => {
  const quiet = await temporaryFolder();
  const late = createTcpServer({ allowHalfOpen: true }, socket => {
    socket.resume().on('end', () => setTimeout(() => socket.end('better late'), 900));
  }).listen(join(quiet, 'gw.sock'));
  await new Promise(resolve => late.once('listening', resolve));
  const { stdout } = await runInside('echo question | socat -t 5 - TCP:127.0.0.1:8787', {
    gateway: { folder: quiet },
  });
  late.close();
  expect(stdout).toBe('better late');
});

test('its folder can be read but not changed', async () => {
  const { stdout } = await runInside(
    'ls /run/gw; touch /run/gw/x || rm /run/gw/gw.sock || echo kept',
    { gateway: { folder } },
  );
  expect(stdout).toBe('gw.sock\nkept\n');
});

test('nothing answers without a gateway', async () => {
  const { stdout } = await runInside(`bash -c "${get('/')}" 2>&1 || echo none; ls /run/gw 2>&1`);
  expect(stdout).toContain('none');
  expect(stdout).not.toContain('gateway saw');
});

test('a gateway whose socket does not exist keeps the sandbox from starting', async () => {
  await expect(
    runInside('echo ran', { gateway: { folder: join(folder, 'gone') } }),
  ).rejects.toThrow('does not exist');
});
