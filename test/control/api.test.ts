/** The API as a whole: who may ask, what is refused and how, and that what is shown is cut by who asks. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isCrossSite } from '../../src/control/cross-site.ts';
import { writeCursor } from '../../src/control/cursor.ts';
import type { Viewer } from '../../src/control/viewer.ts';
import { fixGraph } from '../../src/core/graph/graphs.ts';
import { taskStream } from '../../src/core/stream.ts';
import { traceIdOf } from '../../src/engine/trace-id.ts';
import { created, decided, HISTORY } from '../core/task/given.ts';
import { beginTask } from '../engine/begin.ts';
import { issue, MONA, REPOSITORY, RHEA } from '../engine/github.ts';
import { ask, openPlace, type Place, RECORDED, tokenFor } from './fixture.ts';

let place: Place;
let token: string;
let api: string;
/** Whose session a request has, by a header of it. */
const sessions = new Map<string, Viewer>();
beforeAll(async () => {
  place = await openPlace(
    async ({ headers }) => sessions.get(String(headers['x-session'])) ?? null,
  );
  token = await tokenFor(place);
  api = `${place.url}/api/v1`;
  const repository = { id: 42, owner: 'acme', name: 'span', installation: 7 };
  for (const [at, id] of ['42-1-a', '42-2-b', '42-3-c'].entries()) {
    const data = { repository, issue: at + 1 };
    const [create] = [created(data)];
    const more = at === 1 ? [decided('task.start', 'require_approval')] : [];
    await beginTask(place.services.log, id, [create, ...more]);
  }
});
afterAll(() => place.close());

const ofSpan = () => tokenFor(place, { repositories: [{ name: 'Acme/Span', alias: null }] });
const ids = ({ json }: { json: { tasks: { id: string }[] } }) => json.tasks.map(({ id }) => id);

it('lists the tasks of the repositories that the token is for, and no others', async () => {
  expect(ids(await ask(`${api}/tasks`, token)).sort()).toEqual([...place.tasks.values()].sort());
  const one = await tokenFor(place, { repositories: [{ name: RECORDED.failed, alias: null }] });
  const failed = place.tasks.get('failed');
  expect(ids(await ask(`${api}/tasks`, one))).toEqual([failed]);
  expect(ids(await ask(`${api}/tasks?repository=acme/span`, one))).toEqual([]);
  const refused = place.tasks.get('refused') ?? '';
  expect(await ask(`${api}/tasks/${refused}`, one)).toMatchObject({
    status: 404,
    json: { code: 'not_found', next: expect.stringMatching(/\S/) },
  });
  expect((await ask(`${api}/tasks/${refused}`, token)).status).toBe(200);
});

it('finds words of titles in whatever script and case, however short', async () => {
  const name = 'scripts';
  const repository = { id: 44, owner: 'acme', name, installation: 7 };
  const titles = ['Почини вход 100%_готово', '登录失败', 'a\\b', 'x'];
  for (const [at, title] of titles.entries())
    await beginTask(place.services.log, `44-${at}`, [
      created({ repository, issue: at + 1, goal: { title, body: '' } }),
    ]);
  const reads = await tokenFor(place, { repositories: [{ name: `acme/${name}`, alias: null }] });
  const found = async (text: string) =>
    ids(await ask(`${api}/tasks?text=${encodeURIComponent(text)}`, reads)).sort();
  for (const text of ['ВХОД', 'ход', '0%_г', 'П', '%_'])
    expect(await found(text)).toEqual(['44-0']);
  for (const text of ['登录', '失败', '录']) expect(await found(text)).toEqual(['44-1']);
  expect(await found('\\')).toEqual(['44-2']);
  expect(await found('X')).toEqual(['44-3']);
  for (const text of ['вход_', '败登', '%%', 'xx']) expect(await found(text), text).toEqual([]);
});

it('reads a repository by the name that it has, and no longer by the one that it had', async () => {
  const named = async (id: number, name: string, at: string) => {
    const repository = { id, owner: 'acme', name, installation: 7 };
    const issue = at.endsWith('0') ? 1 : 2;
    await beginTask(place.services.log, at, [created({ repository, issue })]);
  };
  await named(45, 'former', '45-0');
  const reads = await tokenFor(place, { repositories: [{ name: 'acme/former', alias: null }] });
  expect(ids(await ask(`${api}/tasks`, reads))).toEqual(['45-0']);
  await named(45, 'latter', '45-1');
  expect(ids(await ask(`${api}/tasks`, reads))).toEqual([]);
  await named(46, 'former', '46-0');
  expect(ids(await ask(`${api}/tasks`, reads))).toEqual(['46-0']);
});

it('a token that was not made to read sees no task', async () => {
  const blind = await tokenFor(place, { reads: false });
  expect(ids(await ask(`${api}/tasks`, blind))).toEqual([]);
  expect((await ask(`${api}/tasks/${place.tasks.get('failed')}`, blind)).status).toBe(404);
});

it('says what is stuck: nothing moved for longer than work in its repository takes, and no person has to act', async () => {
  const span = await ofSpan();
  const stuck = async (is: boolean) =>
    ids(await ask(`${api}/tasks?stuck=${is}&sort=waiting`, span)).sort();
  const sql = new pg.Client(place.services.url);
  await sql.connect();
  const moved = (minutes: number) =>
    sql.query(
      `UPDATE tasks SET updated_at = now() - $1 * interval '1 minute',
         waits_since = now() - $1 * interval '1 minute' WHERE repository_id = 42`,
      [minutes],
    );
  await moved(14);
  expect(await stuck(true)).toEqual([]);
  await moved(20);
  expect(await stuck(true)).toEqual(['42-1-a', '42-3-c']);
  expect(await stuck(false)).toEqual(['42-2-b']);
  await sql.query(
    `INSERT INTO run_records (task, run, role, adapter, repository_id, outcome, tokens, ms, ended_at)
     VALUES ('42-1-a', 'author-1-1', 'author', 'simulated', 42, 'success', 0, $1, now())`,
    [15 * 60_000],
  );
  expect(await stuck(true)).toEqual([]);
  await moved(31);
  expect(await stuck(true)).toEqual(['42-1-a', '42-3-c']);
  await sql.end();
});

it('filters and sorts, says whose turn it is, and pages without a gap or a double', async () => {
  const span = await ofSpan();
  const waits = await ask(`${api}/tasks?waitsOn=person&open=true`, span);
  expect(waits.json.tasks).toMatchObject([
    { id: '42-2-b', status: 'proposed', reason: 'task.start: require_approval' },
  ]);
  expect(ids(await ask(`${api}/tasks?waitsOn=gatehouse&sort=waiting`, span))).toEqual([
    '42-1-a',
    '42-3-c',
  ]);
  for (const query of [
    'issue=2',
    'number=2',
    'text=WRONG&issue=2',
    'requester=MONA&issue=2&command=fix',
  ])
    expect(ids(await ask(`${api}/tasks?${query}`, span)), query).toEqual(['42-2-b']);
  const ended = await ask(`${api}/tasks?status=failure`, token);
  expect(ended.json.tasks).toMatchObject([{ waitsOn: 'nobody', open: false }]);
  for (const sort of ['created', 'updated', 'waiting']) {
    const all = ids(await ask(`${api}/tasks?sort=${sort}`, token));
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const from: string = next === '' ? '' : `&cursor=${next}`;
      const page = await ask(`${api}/tasks?sort=${sort}&limit=1${from}`, token);
      seen.push(...ids(page));
      next = page.json.next;
    }
    expect(seen, sort).toEqual(all);
  }
});

it('an unchanged answer is told by its tag and not sent again', async () => {
  for (const path of ['tasks', `tasks/${place.tasks.get('full-walk')}`, 'openapi.json']) {
    const first = await ask(`${api}/${path}`, token);
    const etag = first.headers.get('etag') ?? '';
    const again = await ask(`${api}/${path}`, token, { headers: { 'if-none-match': etag } });
    expect([path, again.status, again.json]).toEqual([path, 304, null]);
  }
});

it('shows a task as its last event left it, and reading appends no event', async () => {
  const id = place.tasks.get('full-walk') ?? '';
  const before = await place.services.events(taskStream(id));
  const { json } = await ask(`${api}/tasks/${id}`, token);
  expect(json).toMatchObject({
    status: 'success',
    waitsOn: 'nobody',
    asOf: { event: before.length, hash: before.at(-1)?.hash },
    trace: { id: traceIdOf(id), url: `https://traces.example/${traceIdOf(id)}` },
  });
  expect(json.steps.at(-1)).toMatchObject({
    id: 'merge',
    status: 'done',
    needs: expect.any(Array),
  });
  expect(await place.services.events(taskStream(id))).toEqual(before);
});

it('nobody asks without a token that is good', async () => {
  for (const text of ['', 'x', `${token}x`]) {
    const answer = await ask(`${api}/tasks`, text);
    expect(answer).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  }
});

/** PostgreSQL has no such year. */
const NO_TIME = { sort: 'created', at: '0000-01-01T00:00:00Z', id: 'a' };

it.each([
  ['tasks?limit=0', 422, 'invalid', '/query/limit'],
  ['tasks?limit=x', 422, 'invalid', '/query/limit'],
  ['tasks?stauts=active', 422, 'invalid', '/query'],
  ['tasks?status=odd', 422, 'invalid', '/query/status'],
  ['tasks?cursor=abc', 422, 'bad_cursor', '/query/cursor'],
  [`tasks?cursor=${writeCursor(NO_TIME)}`, 422, 'bad_cursor', '/query/cursor'],
  ['tasks?text=%00', 422, 'invalid', undefined],
  ['tasks/%00', 422, 'invalid', undefined],
  ['nothing', 404, 'no_endpoint', undefined],
  ['', 404, 'no_endpoint', undefined],
])('%s answers %i %s', async (path, status, code, pointer) => {
  const answer = await ask(`${api}/${path}`, token);
  expect(answer).toMatchObject({ status, json: { status, code, message: expect.any(String) } });
  expect(answer.json.errors?.[0].pointer).toBe(pointer);
});

it('a cursor of one order is none of another, and another method is named', async () => {
  const { json } = await ask(`${api}/tasks?limit=1`, token);
  const other = await ask(`${api}/tasks?sort=updated&cursor=${json.next}`, token);
  expect(other).toMatchObject({ status: 422, json: { code: 'bad_cursor' } });
  const deleted = await ask(`${api}/tasks`, token, { method: 'DELETE' });
  expect(deleted).toMatchObject({ status: 405, json: { code: 'method_not_allowed' } });
  expect(deleted.headers.get('allow')).toContain('GET');
});

it.each([
  ['reads from anywhere', 'GET', { 'sec-fetch-site': 'cross-site' }, false],
  ['our own page', 'POST', { 'sec-fetch-site': 'same-origin' }, false],
  ['another site', 'POST', { 'sec-fetch-site': 'cross-site' }, true],
  ['another host of our site', 'POST', { 'sec-fetch-site': 'same-site' }, true],
  ['an address typed by the person', 'POST', { 'sec-fetch-site': 'none' }, true],
  ['an old browser on our page', 'POST', { origin: 'https://gatehouse.example' }, false],
  ['an old browser elsewhere', 'DELETE', { origin: 'https://evil.example' }, true],
  ['nothing said', 'POST', {}, true],
  ['a token', 'POST', { authorization: 'Bearer x' }, false],
])('a request from %s', (_, method, headers, foreign) => {
  expect(isCrossSite({ method, headers }, 'https://gatehouse.example/gatehouse')).toBe(foreign);
});

const SPAN = 42;
const signedIn = (who: Viewer['who'], role: 'read' | 'write' | null): Viewer => ({
  who,
  repositories: new Map(role ? [[SPAN, role]] : []),
  roles: new Map(),
});
const mona = signedIn({ kind: 'person', ...MONA }, 'write');
const task = (over: object = {}) => ({
  repository: 'acme/span',
  command: 'fix',
  title: 'The build is red',
  ...over,
});

async function start(viewer: Viewer, body: object, headers: Record<string, string> = {}) {
  const name = JSON.stringify(viewer.who);
  sessions.set(name, viewer);
  const response = await fetch(`${api}/tasks`, {
    method: 'POST',
    headers: {
      ...{ 'x-session': name, 'sec-fetch-site': 'same-origin' },
      ...{ 'content-type': 'application/json', ...headers },
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: JSON.parse(await response.text()) };
}

it('a person who is signed in starts a task once, and answers for it', async () => {
  const made = await start(mona, task({ key: 'one' }));
  expect(made).toMatchObject({ status: 201, json: { outcome: 'created' } });
  const again = await start(mona, task(), { 'idempotency-key': 'one' });
  expect(again).toMatchObject({ status: 200, json: { task: made.json.task, outcome: 'repeated' } });
  expect(await start(mona, task({ key: 'one', title: 'Another' }))).toMatchObject({
    status: 409,
    json: { errors: [{ pointer: '/key' }] },
  });
  const [first] = await place.services.events(taskStream(made.json.task));
  expect(first).toMatchObject({
    actor: { kind: 'person', ...MONA },
    correlation: { via: 'console' },
    data: {
      requester: { kind: 'person', ...MONA },
      origin: { kind: 'console', key: `@${MONA.id}/one` },
      goal: { title: 'The build is red' },
      taint: [],
    },
  });
});

it.each([
  [
    'who may only read',
    signedIn({ kind: 'person', ...RHEA }, 'read'),
    {},
    403,
    /takes the role write.*you have read/,
  ],
  [
    'who does not see it',
    signedIn({ kind: 'person', ...MONA }, null),
    {},
    404,
    /no such repository here/,
  ],
  [
    'with a command that starts nothing',
    mona,
    { command: 'approve' },
    422,
    /no command that starts/,
  ],
  ['who would have a task go on', mona, { title: undefined, task: '42-1-a' }, 422, /its acts/],
  ['about what a task works on', mona, { title: undefined, issue: 1 }, 409, /42-1-a works on that/],
  [
    'whom GitHub does not know',
    signedIn({ kind: 'operator', name: 'root' }, 'write'),
    {},
    403,
    /Only people whom GitHub knows/,
  ],
] as const)('a person %s is told why none starts', async (_, viewer, over, status, says) => {
  const refused = await start(viewer, task(over));
  expect(refused.status).toBe(status);
  expect(`${refused.json.detail}`).toMatch(says);
});

it('what is asked of the pull request of an open task begins no second one', async () => {
  const [, ...steps] = HISTORY.published;
  const opened = steps.map(step => (step.type === 'pull_opened' ? { ...step, number: 12 } : step));
  const first = created({ repository: { ...REPOSITORY, name: 'span' }, issue: 7 });
  await beginTask(place.services.log, '42-7-d', [first, ...opened]);
  place.services.github.issues.set(12, issue(12, { isPull: true }));
  const about = { title: undefined, issue: 12 };
  const refused = await start(mona, task(about));
  expect(refused).toMatchObject({ status: 409, json: { errors: [{ pointer: '/issue' }] } });
  expect(refused.json.detail).toMatch(/42-7-d works on that.*`\/agent fix`/);
  const span = await tokenFor(place, { repositories: [{ name: 'acme/span', alias: null }] });
  const call = (text: string) =>
    ask(`${api}/tasks`, span, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(task({ ...about, text })),
    });
  const goesOn = { status: 200, json: { task: '42-7-d', outcome: 'resumed' } };
  expect(await call('Mend the docs too.')).toMatchObject(goesOn);
  expect(await call('')).toMatchObject({ status: 409 });
});

it('a triage gives way to what a person asks for, and a branch is free once its task has ended', async () => {
  const data = { repository: { ...REPOSITORY, name: 'span' }, issue: 20, command: 'triage' };
  const graph = { ...fixGraph({ test: ['npm', 'test'] }), name: 'triage' as const };
  const triage = created({ ...data, graph, branch: 'gatehouse/issue-20' });
  await beginTask(place.services.log, '42-20-t', [triage]);
  const branch = 'gatehouse/issue-20';
  const before = await start(mona, task({ branch }));
  expect(before).toMatchObject({ status: 409, json: { errors: [{ pointer: '/branch' }] } });
  const about = { title: undefined, issue: 20, key: 'anew' };
  const made = await start(mona, task(about));
  expect(made).toMatchObject({ status: 201 });
  expect(await place.services.tasks.find('42-20-t')).toMatchObject({ open: false });
  const again = await start(mona, task(about));
  expect(again).toMatchObject({ status: 200, json: { task: made.json.task, outcome: 'repeated' } });
  expect(await start(mona, task({ branch }))).toMatchObject({ status: 201 });
});

it('no page of another site starts a task', async () => {
  const sent = await start(mona, task(), { 'sec-fetch-site': 'cross-site' });
  expect(sent.status).toBe(403);
});
