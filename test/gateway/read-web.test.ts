/** Addresses outside: which are read, as far, and for how long. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { parseGrants } from '../../src/gateway/grants.ts';
import { throughProxy } from '../../src/gateway/outer-proxy.ts';
import { createReadWeb } from '../../src/gateway/read-web.ts';
import { startProxy } from '../network/proxy.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const anything = async () => ({ ok: true as const });

it('reads a private address only where the operator names it', async () => {
  const port = await serve((_, response) => response.end('fine'));
  const named = createReadWeb(parseGrants([`127.0.0.1:${port}`]));
  const at = `http://127.0.0.1:${port}/`;
  expect(await named(at, anything)).toEqual({ ok: true, status: 200, text: 'fine', isWhole: true });
  for (const address of [at, `http://localhost:${port}/`, `http://[::ffff:127.0.0.1]:${port}/`])
    expect(await createReadWeb([])(address, anything)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/private|does not resolve/),
    });
});

it.each(['file:///etc/passwd', 'ftp://example.com/', 'https://me:secret@example.com/', 'nothing'])(
  'does not read %s',
  async address => {
    expect(await createReadWeb([])(address, anything)).toMatchObject({ ok: false });
  },
);

it('asks again where a redirect leads, and follows none without end', async () => {
  const asked: string[] = [];
  const inside = await serve((_, response) => response.end('secret'));
  const port = await serve(({ url }, response) => {
    const location = url === '/round' ? '/round' : `http://127.0.0.1:${inside}/`;
    response.writeHead(302, { location }).end();
  });
  const read = createReadWeb(parseGrants([`127.0.0.1:${port}`]));
  const noting = async (host: string, of: number) => {
    asked.push(`${host}:${of}`);
    return { ok: true as const };
  };
  expect(await read(`http://127.0.0.1:${port}/away`, noting)).toMatchObject({ ok: false });
  expect(asked).toEqual([`127.0.0.1:${port}`, `127.0.0.1:${inside}`]);
  const refusing = async (_: string, of: number) =>
    of === port ? { ok: true as const } : { ok: false as const, reason: 'Policy says no.' };
  expect(await read(`http://127.0.0.1:${port}/away`, refusing)).toEqual({
    ok: false,
    reason: 'Policy says no.',
  });
  expect(await read(`http://127.0.0.1:${port}/round`, anything)).toMatchObject({
    reason: expect.stringContaining('redirects more than'),
  });
});

it('reads as much as it may, and sends nothing of ours', async () => {
  let headers: string[] = [];
  const port = await serve((request, response) => {
    headers = Object.keys(request.headers);
    const more = () => response.write('x'.repeat(64 * 1024), () => setImmediate(more));
    more();
  });
  const read = createReadWeb(parseGrants([`127.0.0.1:${port}`]));
  const answer = await read(`http://127.0.0.1:${port}/`, anything);
  expect(answer).toMatchObject({ ok: true, isWhole: false });
  expect(answer.ok && answer.text.length).toBe(256 * 1024);
  expect(headers.sort()).toEqual(['accept', 'connection', 'host', 'user-agent']);
});

it("reads through the operator's proxy, which resolves names", async () => {
  const port = await serve(({ headers }, response) => response.end(`fine, ${headers.host}`));
  const proxy = await startProxy(name => (name === 'staging.corp.test' ? port : undefined));
  closing.push(proxy.close);
  const settings = { https: proxy.url, http: proxy.url, except: '' };
  const read = createReadWeb([], throughProxy(settings));
  expect(await read('http://staging.corp.test:8080/health', anything)).toMatchObject({
    ok: true,
    text: 'fine, staging.corp.test:8080',
  });
  expect(proxy.asked).toEqual(['CONNECT staging.corp.test:8080']);
  // An address is never left to the proxy.
  expect(await read('http://10.0.0.1/', anything)).toMatchObject({ ok: false });
  expect(await read('http://other.corp.test/', anything)).toMatchObject({ ok: false });
  expect(proxy.asked).toHaveLength(1);
});
