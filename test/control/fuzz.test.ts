/**
 * Requests that are made of the OpenAPI document: good values, bad ones and hostile ones for everything
 * that an endpoint takes. None may be answered with a fault of ours, or take long, or change what is read.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiDocument } from '../../src/control/document.ts';
import { ENDPOINTS } from '../../src/control/endpoints.ts';
import { openPlace, type Place, RECORDED, tokenFor } from './fixture.ts';

/** More than any of them takes on a busy machine, and less than what hangs. Milliseconds. */
const SLOW_MS = 10_000;
/** Requests to each endpoint: FUZZ_WHOLE=1 asks for many more, whenever somebody has the time. */
const REQUESTS_OF_EACH = process.env.FUZZ_WHOLE === '1' ? 1_000 : 12;

type Parameter = { name: string; in: 'path' | 'query'; schema: Schema };
type Schema = { type?: string | string[]; enum?: unknown[]; format?: string; maxLength?: number };
type Operation = {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: object }> };
};

let place: Place;
let tokens: string[];
let random: () => number;
beforeAll(async () => {
  place = await openPlace(async ({ headers }) =>
    headers.cookie === 'operator'
      ? {
          who: { kind: 'person', id: 5, login: 'ops' },
          repositories: new Map([[1005, 'admin']]),
          roles: new Map([
            ['operator', new Set([1005])],
            ['policy_admin', new Set([1005])],
          ]),
        }
      : null,
  );
  const one = [{ name: RECORDED.failed, alias: null }];
  tokens = [await tokenFor(place), await tokenFor(place, { repositories: one }), 'gatehouse_x'];
  random = seeded(20261128);
});
afterAll(() => place.close());

const HOSTILE = [
  '',
  '0',
  '-1',
  '1e400',
  'NaN',
  '9007199254740993',
  '2147483648',
  '\u0000',
  '%00',
  "'; DROP TABLE events; --",
  '../../etc/passwd',
  '__proto__',
  'constructor',
  '\ud800',
  '\u202e',
  'ä'.repeat(300),
  'x'.repeat(3_000),
  '{"$ne":null}',
  '[]',
  'true',
  'null',
  '1.5',
  '0.1',
  '999999.999999999',
];

it('no request that the document lets expect makes the API fail, hang or write', async () => {
  const known = [...place.tasks.values()];
  const runs = ['author-1-1', 'prepare-1-1', 'publish-1-1', 'merge-1-1'];
  const good: Record<string, readonly string[]> = {
    task: known,
    run: runs,
    seq: ['1', '2', '3', '4', '5'],
    name: ['patch.diff', 'journal.jsonl', 'result.json'],
    repository: Object.values(RECORDED),
    after: ['0', '1', '0.0', '0.3'],
  };
  const before = await eventsOf(known);
  const document = apiDocument(ENDPOINTS);
  const wrong: string[] = [];
  const statuses = new Set<number>();
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const [method, given] of Object.entries(item))
      for (let n = 0; n < REQUESTS_OF_EACH; n++) {
        const operation = given as Operation;
        const request = requestOf(path, method, operation, good);
        const began = performance.now();
        const response = await fetch(`${place.url}${request.url}`, request.init);
        const text = await textOf(response);
        const ms = performance.now() - began;
        statuses.add(response.status);
        if (response.status === 503 && text.includes('github_unavailable')) continue;
        if (response.status >= 500 || ms > SLOW_MS)
          wrong.push(
            `${method} ${request.url} ${request.init.body ?? ''}: ${response.status} in ${ms} ms: ${text}`,
          );
      }
  expect(wrong.map(each => each.slice(0, 600))).toEqual([]);
  // Both kinds of answer were met: it is not all refused at the door.
  for (const status of [200, 401, 404, 422]) expect(statuses).toContain(status);
  expect(await eventsOf(known)).toEqual(before);
});

/** Of a stream, that it began: what it says would not end. */
async function textOf(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
    return response.text();
  await response.body?.cancel();
  return '';
}

const eventsOf = (tasks: string[]) =>
  Promise.all(tasks.map(async id => (await place.services.log.load({ kind: 'task', id })).version));

function requestOf(
  path: string,
  method: string,
  { parameters = [], requestBody }: Operation,
  good: Record<string, readonly string[]>,
): { url: string; init: RequestInit & { headers: Record<string, string> } } {
  const value = (parameter: Parameter): string => {
    const known = good[parameter.name];
    if (known && random() < 0.6) return pick(known);
    return random() < 0.5 ? fitting(parameter.schema) : pick(HOSTILE);
  };
  let url = path;
  const query: string[] = [];
  for (const parameter of parameters) {
    if (parameter.in === 'path')
      url = url.replace(`{${parameter.name}}`, encoded(value(parameter)) || '%20');
    else if (random() < 0.5) query.push(`${parameter.name}=${encoded(value(parameter))}`);
  }
  if (random() < 0.1) query.push(`${encoded(pick(HOSTILE))}=${encoded(pick(HOSTILE))}`);
  const headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' };
  if (random() < 0.3) headers.cookie = 'operator';
  else headers.authorization = `Bearer ${pick(tokens)}`;
  if (random() < 0.2)
    headers['last-event-id'] = pick(['0.1', '9.9', 'x', '-1', '999999.999999999']);
  if (random() < 0.2) headers['if-none-match'] = pick(['*', 'W/"x"', '"', 'W/"x", W/"y"']);
  const init = { method: method.toUpperCase(), headers };
  const address = query.length === 0 ? url : `${url}?${query.join('&')}`;
  if (!requestBody) return { url: address, init };
  headers['content-type'] = pick([
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
  ]);
  return { url: address, init: { ...init, body: bodyOf() } };
}

/** What may stand in an address; a lone surrogate becomes a replacement, as in every browser. */
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

function fitting({ type, enum: values, format }: Schema): string {
  if (values) return String(pick(values));
  if (format === 'date-time') return '2026-11-22T10:00:00.000Z';
  if (type === 'integer' || type === 'number') return pick(['1', '2', '50', '200']);
  return pick(['abc', 'acme/sandglass', 'mona', 'fix', 'It subtracts']);
}

function bodyOf(): string {
  const words = ['fix', 'acme/sandglass', 'acme/failed', ...HOSTILE];
  const values: (() => unknown)[] = [
    () => pick(words),
    () => pick([0, -1, 1.5, 2 ** 53, 1e308]),
    () => pick([null, true, [], {}, [[]], { a: { b: {} } }]),
  ];
  const names = [
    'repository',
    'command',
    'title',
    'issue',
    'key',
    'text',
    'body',
    'base',
    'project',
    'repositories',
    'commands',
    'days',
    'trusted',
    'reads',
    'digest',
    'reason',
    'step',
    '__proto__',
  ];
  const entries = names.filter(() => random() < 0.5).map(name => [name, pick(values)()] as const);
  return pick([
    () => JSON.stringify(Object.fromEntries(entries)),
    () =>
      JSON.stringify({
        repository: 'acme/sandglass',
        command: 'fix',
        title: pick(words),
        key: pick(words),
      }),
    () => pick(['', '[', 'null', '[]', '"x"', '{"a":1,"a":2}', `${'['.repeat(5_000)}`]),
  ])();
}

const pick = <T>(all: readonly T[]): T => {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
};

/** The same requests each time: a failure is repeated by running it again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
