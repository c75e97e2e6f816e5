/** `POST /hooks/tasks`: who may call, what is wrong with a call, and that one call makes one task. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHooks } from '../../src/compose/http/hooks.ts';
import { readTaskCall } from '../../src/core/call.ts';
import { taskStream } from '../../src/core/stream.ts';
import { createToken } from '../../src/engine/access/tokens.ts';
import { GitHubFailure } from '../../src/engine/ports/github.ts';
import type { TokenGrant } from '../../src/engine/ports/machine-tokens.ts';
import { RemoteAway } from '../../src/engine/ports/workspace.ts';
import { openServices, type TestServices } from '../engine/test-services.ts';

let services: TestServices;
let servers: Server[] = [];
beforeAll(async () => {
  const opened = await openServices();
  services = { ...opened, queue: { ...opened.queue, add: async () => {} } };
});
afterAll(async () => {
  for (const server of servers) server.close();
  await services.close();
});

/** Another place to call, with these limits. */
async function listen(limits: Partial<Parameters<typeof createHooks>[0]> = {}): Promise<string> {
  const hook = createHooks({ perToken: 0, perAddress: 0, proxies: 0, ...limits }, services);
  const server = createServer((request, response) => void hook(request, response));
  servers = [...servers, server];
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/tasks`;
}

const grant = (over: Partial<TokenGrant> = {}): TokenGrant => ({
  project: 'billing',
  repositories: [{ name: 'acme/library', alias: 'books' }],
  commands: ['fix'],
  trusted: true,
  reads: false,
  expiresAt: new Date(Date.now() + 3_600_000),
  ...over,
});
const token = async (over: Partial<TokenGrant> = {}) =>
  createToken(services, grant(over), { kind: 'operator', name: 'test' });

type Answer = {
  task: string;
  url: string;
  detail: string;
  errors?: { pointer: string; detail: string }[];
};

async function post(
  url: string,
  text: string,
  body: unknown,
  headers: Record<string, string> = {},
) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${text}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const json: Answer = JSON.parse(await response.text());
  return { status: response.status, headers: response.headers, json };
}
const get = async (url: string, text: string) => {
  const response = await fetch(url, { headers: { authorization: `Bearer ${text}` } });
  const json: Answer = JSON.parse(await response.text());
  return { status: response.status, json };
};

const call = (over: object = {}) => ({
  repository: 'acme/library',
  command: 'fix',
  title: 'The build is red',
  ...over,
});

it('a call makes one task, however often it comes; another one of the same key is refused', async () => {
  const url = await listen();
  const { text, id } = await token();
  const made = await post(url, text, call({ key: 'build-1' }));
  expect(made).toMatchObject({ status: 201, json: { outcome: 'created' } });
  const { task, url: where } = made.json;
  expect(made.headers.get('location')).toBe(`/hooks/tasks/${task}`);
  expect(await post(url, text, call(), { 'idempotency-key': 'build-1' })).toMatchObject({
    status: 200,
    json: { task, outcome: 'repeated' },
  });
  const other = await post(url, text, call({ key: 'build-1', title: 'Another' }));
  expect(other).toMatchObject({ status: 409, json: { errors: [{ pointer: '/key' }] } });
  expect(other.headers.get('content-type')).toBe('application/problem+json');
  const [first] = await services.events(taskStream(task));
  expect(first).toMatchObject({
    actor: { kind: 'token', id, project: 'billing' },
    data: { issue: null, taint: [], origin: { kind: 'call', key: 'billing/build-1' } },
  });
  expect(await get(new URL(where, url).href, text)).toMatchObject({
    status: 200,
    json: { task, repository: 'acme/library', status: 'proposed', pull: null, issue: null },
  });
  expect((await services.machineTokens.list())[0]?.lastUsedAt).toBeInstanceOf(Date);
});

it('many at once with the same key make one task', async () => {
  const url = await listen();
  const { text } = await token();
  const headers = { 'idempotency-key': '"at-once"' };
  const all = await Promise.all(
    Array.from({ length: 5 }, () => post(url, text, call({ repository: 'books' }), headers)),
  );
  expect(new Set(all.map(({ json }) => json.task)).size).toBe(1);
  expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
});

it('only the project of a task sees it', async () => {
  const url = await listen();
  const ours = await token();
  const { json } = await post(url, ours.text, call({ key: 'seen' }));
  const foreign = await token({ project: 'web' });
  const elsewhere = await token({ repositories: [{ name: 'acme/other', alias: null }] });
  const successor = await token();
  const at = `${url}/${json.task}`;
  expect((await get(at, foreign.text)).status).toBe(404);
  expect((await get(at, elsewhere.text)).status).toBe(404);
  expect((await get(`${url}/nothing`, ours.text)).status).toBe(404);
  expect((await get(at, successor.text)).status).toBe(200);
});

it('what an untrusted token says taints the task', async () => {
  const url = await listen();
  const { text, id } = await token({ trusted: false });
  const { json } = await post(url, text, call({ key: 'untrusted' }));
  const [created] = await services.events(taskStream(json.task));
  expect(created).toMatchObject({
    data: { taint: [{ by: null, reason: `The token ${id} of billing is not trusted.` }] },
  });
});

it('nobody calls without a token that is good', async () => {
  const url = await listen();
  const good = await token();
  const expired = await token({ expiresAt: new Date(Date.now() - 1_000) });
  const revoked = await token();
  expect(await services.machineTokens.revoke(revoked.id)).toBe(true);
  expect(await services.machineTokens.revoke(revoked.id)).toBe(false);
  const forged = `${good.text.slice(0, -4)}AAAA`;
  const others = ['', 'x', forged, expired.text, revoked.text, good.text.replace('gatehouse', 'g')];
  for (const text of others) {
    const answer = await post(url, text, call());
    expect(answer.status, text).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  }
});

it.each<[string, object | string, number, unknown]>([
  ['no JSON', '{"repository": ', 400, undefined],
  ['a list', [], 400, undefined],
  ['a key twice', '{"command": "fix", "command": "fix"}', 400, undefined],
  ['deep nesting', `{"body": ${'['.repeat(100_000)}`, 400, undefined],
  ['nothing', {}, 422, ['/repository', '/command']],
  ['two kinds of goal', call({ issue: 5 }), 422, ['']],
  ['an unknown field', call({ role: 'admin' }), 422, ['']],
  ['a number for a text', call({ title: 7 }), 422, ['/title']],
  ['a command that starts no work', call({ command: 'approve' }), 422, ['/command']],
  ['a command of another token', call({ command: 'lint' }), 403, ['/command']],
  ['another repository', call({ repository: 'acme/secrets' }), 403, ['/repository']],
  ['a path for a repository', call({ repository: '../acme/library' }), 403, ['/repository']],
])('%s is refused with where it is wrong', async (_, body, status, pointers) => {
  const url = await listen();
  const { text } = await token();
  const answer = await post(url, text, body);
  expect(answer).toMatchObject({ status, json: { status, title: expect.any(String) } });
  expect(answer.json.detail).toMatch(/\S/);
  expect(answer.json.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
});

it('a body that is too large, of another type, by another method or with another key', async () => {
  const url = await listen();
  const { text } = await token();
  expect(await post(url, text, call({ body: 'x'.repeat(2 ** 21) }))).toMatchObject({
    status: 413,
    json: { title: 'Unreadable body' },
  });
  const typed = await post(url, text, call(), { 'content-type': 'text/plain' });
  expect(typed.status).toBe(415);
  expect((await get(url, text)).status).toBe(405);
  const keyed = await post(url, text, call({ key: 'a' }), { 'idempotency-key': 'b' });
  expect(keyed).toMatchObject({ status: 400, json: { title: 'Unusable Idempotency-Key' } });
});

it('a token and an address may ask so often within a minute', async () => {
  const { text } = await token();
  const ofToken = await listen({ perToken: 2 });
  const statuses = [];
  for (const _ of [1, 2, 3]) statuses.push((await post(ofToken, text, {})).status);
  expect(statuses).toEqual([422, 422, 429]);
  // Behind a proxy, what it adds is the address; what stands before that, anybody can write.
  const ofAddress = await listen({ perAddress: 1, proxies: 1 });
  const from = async (forwarded: string) =>
    (await post(ofAddress, 'guess', {}, { 'x-forwarded-for': forwarded })).status;
  expect(await from('192.0.2.1')).toBe(401);
  expect(await from('198.51.100.9, 192.0.2.1')).toBe(429);
  expect(await from('192.0.2.2')).toBe(401);
  // Whoever has one address of IPv6 has all that begin like it.
  expect(await from('2001:db8:1:2::1')).toBe(401);
  expect(await from('2001:DB8:0001:2:ffff::7')).toBe(429);
  expect(await from('2001:db8:1:3::1')).toBe(401);
  expect(await from('::ffff:198.51.100.1')).toBe(401);
  expect(await from('::ffff:198.51.100.2')).toBe(401);
  expect(await from('198.51.100.2')).toBe(429);
  const limited = await post(ofAddress, 'guess', {}, { 'x-forwarded-for': '192.0.2.2' });
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
});

it('what GitHub does not do now is done when the same call comes again', async () => {
  const url = await listen();
  const { text } = await token();
  services.github.failures.push(new GitHubFailure('server', 'It is down.', 502, 7_000));
  const failed = await post(url, text, call({ key: 'again' }));
  expect(failed).toMatchObject({ status: 503, json: { title: 'GitHub does not answer' } });
  expect(failed.headers.get('retry-after')).toBe('7');
  services.github.failures.push(new RemoteAway('git fetch failed (128)'));
  expect(await post(url, text, call({ key: 'again' }))).toMatchObject({
    status: 503,
    json: { detail: expect.stringMatching(/git gets no answer/) },
  });
  expect((await post(url, text, call({ key: 'again' }))).status).toBe(201);
});

it('what is refused can be mended and sent again with its key', async () => {
  const url = await listen();
  const { text } = await token();
  const wrong = await post(url, text, call({ key: 'mend', base: 'nowhere' }));
  expect(wrong).toMatchObject({ status: 422, json: { title: 'The call was refused' } });
  expect(wrong.json.detail).toContain('nowhere');
  expect((await post(url, text, call({ key: 'mend' }))).status).toBe(201);
  services.github.failures.push(new GitHubFailure('not_found', 'There is no such thing.', 404));
  const unknown = await post(url, text, call({ key: 'other', title: 'What GitHub refuses' }));
  expect(unknown.status).toBe(422);
  expect((await post(url, text, call({ key: 'other' }))).status).toBe(201);
});

const examples = join(import.meta.dirname, '../../docs/examples/calls');
it.each(readdirSync(examples))('the example %s is a call', file => {
  expect(readTaskCall(JSON.parse(readFileSync(join(examples, file), 'utf8')))).toMatchObject({
    ok: true,
  });
});
