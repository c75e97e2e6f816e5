/** An MCP server as a run reaches it: without its credential, and only as policy says. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { denied } from '../../src/core/act.ts';
import type { McpRoute } from '../../src/engine/ports/gateway.ts';
import { ask, openGateway } from './start-gateway.ts';

const TOKEN = 'mcp-"token"-of-ours';
const ALLOWED = { outcome: 'allow' as const, ruleId: null, reason: '' };
type Served = { status?: number; headers?: Record<string, string>; chunks?: string[]; open?: true };
type Asked = { method: string; headers: IncomingHttpHeaders; body: string };

async function server(serve: (asked: Asked) => Served, over: Partial<McpRoute> = {}) {
  const reached: Asked[] = [];
  const questions: unknown[] = [];
  const served = createServer(async (request, response) => {
    const { method = '', headers } = request;
    const asked = { method, headers, body: await text(request) };
    reached.push(asked);
    const { status = 200, headers: given = {}, chunks = [], open } = serve(asked);
    response.writeHead(status, given);
    for (const chunk of chunks) {
      response.write(chunk);
      await new Promise(done => setImmediate(done));
    }
    if (!open) response.end();
  });
  served.listen(0, '127.0.0.1');
  await once(served, 'listening');
  onTestFinished(() => {
    served.closeAllConnections();
    served.close();
  });
  const origin = `http://127.0.0.1:${(served.address() as AddressInfo).port}`;
  const route: McpRoute = {
    name: 'notes',
    upstream: `${origin}/the/mcp?v=1`,
    credential: { header: 'authorization', read: async () => TOKEN },
    refusal: null,
    ...over,
  };
  const gateway = await openGateway({
    mcp: [route],
    async decide(question) {
      questions.push(question);
      return JSON.stringify(question).includes('forbidden') ? denied('Not that.') : ALLOWED;
    },
  });
  return {
    reached,
    questions,
    gateway,
    post: (body: unknown) => ask(gateway, '/mcp/notes', { body }),
  };
}

const call = (given: unknown, more: object = {}) => ({
  jsonrpc: '2.0',
  id: 7,
  method: 'tools/call',
  params: { name: 'note', arguments: given },
  ...more,
});

test('a call reaches the server with the credential once it is allowed, and its answer streams back', async () => {
  const { reached, questions, gateway } = await server(() => ({
    headers: { 'content-type': 'text/event-stream', 'mcp-session-id': 's-1', 'x-internal': 'x' },
    chunks: ['data: 1\n\n', 'data: 2\n\n'],
  }));
  const headers = {
    authorization: 'Bearer mine',
    cookie: 'mine',
    'mcp-session-id': 's-1',
    'mcp-protocol-version': '2025-11-25',
    accept: 'application/json, text/event-stream',
  };
  const answer = await ask(gateway, '/mcp/notes', { body: call({ text: 'a' }), headers });
  expect(answer).toMatchObject({ status: 200, text: 'data: 1\n\ndata: 2\n\n' });
  expect(answer.headers).toMatchObject({ 'mcp-session-id': 's-1' });
  expect(answer.headers).not.toHaveProperty('x-internal');
  expect(questions).toEqual([
    { action: 'mcp.call', server: 'notes', tool: 'note', arguments: { text: 'a' } },
  ]);
  const { authorization: _, cookie: __, ...passed } = headers;
  expect(reached).toMatchObject([{ headers: { ...passed, authorization: `Bearer ${TOKEN}` } }]);
  expect(reached[0]?.headers).not.toHaveProperty('cookie');
  expect(JSON.parse(reached[0]?.body ?? '')).toEqual(call({ text: 'a' }));
});

test('what is denied is answered as a tool that failed, and reaches nobody', async () => {
  const { reached, post } = await server(() => ({}));
  const answer = await post(call({ text: 'forbidden' }));
  expect(JSON.parse(answer.text)).toEqual({
    jsonrpc: '2.0',
    id: 7,
    result: {
      isError: true,
      content: [{ type: 'text', text: 'Gatehouse: notes/note is not allowed. Not that.' }],
    },
  });
  expect(reached).toEqual([]);
});

test.for([
  ['a resource', { method: 'resources/read', params: { uri: 'x' } }],
  ['a prompt', { method: 'prompts/get' }],
  ['a method that is no text', { method: ['tools/call'] }],
  // A server that is written in Go may read these as `method`, `params` and `name`.
  ['a call by another spelling', { Method: 'tools/call', params: { name: 'forbidden' } }],
  ['a call beside a list', { method: 'tools/list', METHOD: 'tools/call', params: { name: 'x' } }],
  ['what is called, twice', { ...call({}), 'param\u017f': { name: 'forbidden' } }],
  ['a second tool', call({}, { params: { name: 'note', Name: 'forbidden' } })],
  ['a second list of arguments', call({}, { params: { name: 'note', Arguments: {} } })],
] as const)('%s is asked of no server', async ([, message]) => {
  const { reached, questions, post } = await server(() => ({}));
  const answer = await post({ jsonrpc: '2.0', id: 1, ...message });
  expect(JSON.parse(answer.text)).toMatchObject({ error: { code: expect.any(Number) } });
  expect([...reached, ...questions]).toEqual([]);
});

test.for([
  ['several messages at once', [call({})]],
  ['no JSON', '{"method": "tools/call"'],
  ['a message that is too large', call({ text: 'x'.repeat(5 * 1024 * 1024) })],
] as const)('%s is refused unread', async ([, body]) => {
  const { reached, post } = await server(() => ({}));
  expect(await post(body)).toMatchObject({ status: 400 });
  expect(reached).toEqual([]);
});

test('a message that stands twice in one is sent on as it was judged', async () => {
  const { reached, questions, post } = await server(() => ({}));
  await post('{"id":1,"method":"tools/call","params":{"name":"bad"},"params":{"name":"good"}}');
  expect(questions).toMatchObject([{ tool: 'good' }]);
  expect(reached[0]?.body).not.toContain('bad');
});

test('the credential is in no answer, also across chunks, and holds no event back', async () => {
  const escaped = JSON.stringify(TOKEN).slice(1, -1);
  const { gateway } = await server(() => ({
    headers: { 'content-type': 'text/event-stream' },
    chunks: [`data: ${TOKEN.slice(0, 6)}`, `${TOKEN.slice(6)} and ${escaped}\n\n`],
    open: true,
  }));
  const { promise, resolve } = Promise.withResolvers<string>();
  const sent = request({ socketPath: join(gateway.folder, 'gw.sock'), path: '/mcp/notes' });
  onTestFinished(() => void sent.destroy());
  sent
    .on('error', () => {})
    .on('response', response => {
      let read = '';
      response
        .on('error', () => {})
        .on('data', chunk => {
          read += chunk;
          if (read.endsWith('\n\n')) resolve(read);
        });
    });
  sent.end();
  expect(await promise).toBe('data: … and …\n\n');
});

test.for([401, 403, 302])('an answer %d to the credential is not passed on', async status => {
  const { post, gateway } = await server(({ headers }) => ({
    status,
    headers: { location: 'http://192.0.2.1/', 'www-authenticate': 'Bearer' },
    chunks: [`no: ${headers.authorization}`],
  }));
  const answer = await post(call({}));
  expect(answer).toMatchObject({ status: 502 });
  expect(answer.text).not.toContain(TOKEN);
  expect(answer.headers).not.toHaveProperty('location');
  expect(gateway.report().refused.join()).toContain(`notes answered ${status}`);
});

test('a header of its own holds the credential as it is; without one, nothing is sent', async () => {
  const own = await server(() => ({}), {
    credential: { header: 'x-api-key', read: async () => TOKEN },
  });
  await own.post(call({}));
  expect(own.reached[0]?.headers).toMatchObject({ 'x-api-key': TOKEN });
  expect(own.reached[0]?.headers).not.toHaveProperty('authorization');
  const none = await server(() => ({}), { credential: null });
  await none.post(call({}));
  expect(none.reached[0]?.headers).not.toHaveProperty('authorization');
});

test('only what the run may use is there, by the methods of the protocol', async () => {
  const { gateway, reached } = await server(() => ({ status: 405 }));
  for (const path of ['/mcp/other', '/mcp/notes/x', '/mcp/notes?x=1', '/mcp/'])
    expect(await ask(gateway, path, { body: call({}) })).toMatchObject({ status: 403 });
  expect(await ask(gateway, '/mcp/notes', { method: 'PUT' })).toMatchObject({ status: 405 });
  expect(reached).toEqual([]);
  expect(await ask(gateway, '/mcp/notes', { method: 'DELETE' })).toMatchObject({ status: 405 });
  expect(reached).toHaveLength(1);
  const refused = await server(() => ({}), { refusal: 'No host of that kind.' });
  const answer = await refused.post(call({}));
  expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('No host of that') });
  expect(await ask(await openGateway({}), '/mcp/notes', { body: call({}) })).toMatchObject({
    status: 403,
  });
});

test('a server that is away, or its credential, is told', async () => {
  const away = await server(() => ({}), { upstream: 'http://127.0.0.1:9/' });
  expect(await away.post(call({}))).toMatchObject({ status: 502 });
  const keyless = await server(() => ({}), {
    credential: { header: 'authorization', read: () => Promise.reject(new Error(TOKEN)) },
  });
  const answer = await keyless.post(call({}));
  expect(answer).toMatchObject({ status: 503 });
  expect(answer.text).not.toContain(TOKEN);
});
