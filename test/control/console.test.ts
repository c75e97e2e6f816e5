/** How the console's files are served: what may be kept, what a page may do, and what is no file. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bind } from '../../src/compose/http/bind.ts';
import { createConsoleFiles } from '../../src/control/console.ts';

let folder: string;
let server: Server;
let url: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-console-'));
  const files = createConsoleFiles(folder);
  server = createServer((request, response) => {
    void files(request, response).then(ours => ours || response.writeHead(418).end());
  });
  url = `http://127.0.0.1:${await bind(server, { host: '127.0.0.1', port: 0 })}`;
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const SCRIPT = `/* ${'long '.repeat(1_000)} */`;
async function build(): Promise<void> {
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<meta content="./"><script src="./assets/a-1.js">');
  await writeFile(join(folder, 'assets/a-1.js'), SCRIPT);
  await writeFile(join(folder, 'theme.js'), 'theme');
  await writeFile(join(folder, '.digest'), 'not for anybody');
}
const get = (path: string, headers = {}) => fetch(`${url}${path}`, { headers, redirect: 'manual' });

it('a page finds its files and the console from every depth, and only the named files are files', async () => {
  await build();
  for (const [path, up] of [
    ['/console/', './'],
    ['/console/tasks?open=1', './'],
    ['/console/tasks/7', '../'],
    ['/console/a/b/', '../../'],
    ['/console/../../etc/passwd', null],
    ['/console/%2e%2e/%2e%2e/etc/passwd', null],
    ['/console/..%2f..%2fetc%2fpasswd', './'],
    ['/console/.digest', './'],
    [`/console/${'a/'.repeat(6)}`, '../'.repeat(6)],
  ] as const) {
    const answer = await get(path);
    const text = await answer.text();
    if (up === null) expect([path, answer.status]).toEqual([path, 418]);
    else expect(text).toBe(`<meta content="${up}"><script src="${up}assets/a-1.js">`);
  }
  // A page for each depth that somebody asks for would be made, compressed and sent.
  for (const path of ['assets/a-2.js', 'a/'.repeat(7), 'a/'.repeat(2_000)])
    expect((await get(`/console/${path}`)).status).toBe(404);
  expect(await (await get('/console/theme.js')).text()).toBe('theme');
});

it('what has its digest in its name is kept for ever, everything else is asked for again', async () => {
  await build();
  const script = await get('/console/assets/a-1.js');
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  for (const path of ['/console/', '/console/theme.js']) {
    const first = await get(path);
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const etag = first.headers.get('etag') ?? '';
    expect((await get(path, { 'if-none-match': etag })).status).toBe(304);
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
  }
});

it('is compressed for who can read that', async () => {
  await build();
  const length = async (encoding: string) => {
    const answer = await get('/console/assets/a-1.js', { 'accept-encoding': encoding });
    expect(await answer.text()).toBe(SCRIPT);
    return Number(answer.headers.get('content-length'));
  };
  expect(await length('identity')).toBe(SCRIPT.length);
  expect(await length('br, gzip')).toBeLessThan(SCRIPT.length / 10);
});

it('a page may load and ask nothing but what is ours, and nobody may frame it', async () => {
  await build();
  for (const path of ['/console/', '/console/assets/a-1.js', '/console/assets/none.js']) {
    const { headers } = await get(path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /);
    expect(policy).toMatch(/frame-ancestors 'none'$/);
    expect(policy).not.toMatch(/unsafe|http|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

it('sends the bare address to the home page, by an address that holds below any path', async () => {
  for (const path of ['/', '/console']) {
    const answer = await get(path);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'console/']);
  }
});

it('says what to run where it was never built, and shows it as soon as it is', async () => {
  const answer = await get('/console/');
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain('npm run build');
  await build();
  expect((await get('/console/')).status).toBe(200);
});

it('takes nothing in, and leaves other addresses to others', async () => {
  await build();
  expect((await fetch(`${url}/console/`, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${url}/console/`, { method: 'HEAD' })).status).toBe(200);
  for (const path of ['/consoles', '/api/v1/tasks', '/hooks/tasks'])
    expect((await get(path)).status).toBe(418);
});
