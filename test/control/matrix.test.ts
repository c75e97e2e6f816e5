/**
 * Who gets what from each endpoint: every one has a row here, or this fails. What somebody may not see is
 * in no answer to them, and what they may not do is refused.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../../src/control/endpoints.ts';
import type { Viewer } from '../../src/control/viewer.ts';
import type { DeploymentRole } from '../../src/core/access/roles.ts';
import { NO_USAGE } from '../../src/core/agent-event.ts';
import { NO_AMOUNT } from '../../src/core/budget.ts';
import { taskStream } from '../../src/core/stream.ts';
import { createToken } from '../../src/engine/access/tokens.ts';
import { loadTask } from '../../src/engine/queries/queries.ts';
import { openPlace, type Place, RECORDED, tokenFor } from './fixture.ts';

/** The repository that is seen, and those that are not. */
const SEEN = RECORDED['full-walk'];
const HIDDEN = Object.values(RECORDED).filter(name => name !== SEEN);

/**
 * `anyone`: whoever is known at all; `session`: whoever signed in; `token`: machine tokens alone; `seen`:
 * whoever sees the repository; `deployment`: whoever operates all of it; a role: whoever holds it over the
 * repository that it is about.
 */
type For =
  | 'anyone'
  | 'session'
  | 'token'
  | 'seen'
  | 'deployment'
  | 'auditor of all'
  | DeploymentRole;
type Row = {
  for: For;
  /** The repository's id is that of the one that is seen. */
  body?: object | ((repository: number) => object);
  query?: (repository: number) => string;
  /** What it answers where it is for them, if not 200. */
  ok?: number;
  /** What it answers to whoever is not among these, if not 404 of what is not seen and 403 of the rest. */
  otherwise?: number;
};

const NEW_TOKEN = {
  project: 'matrix',
  repositories: [{ name: SEEN, alias: null }],
  commands: ['fix'],
};

const NEW_TASK = { repository: SEEN, command: 'fix', title: 'It is red', key: 'matrix' };

const ROWS: Readonly<Record<string, Row>> = {
  'get /api/v1/tasks': { for: 'anyone' },
  'get /api/v1/tasks/{task}': { for: 'seen' },
  'get /api/v1/tasks/{task}/events': { for: 'seen' },
  'get /api/v1/tasks/{task}/decisions': { for: 'seen' },
  'get /api/v1/tasks/{task}/decisions/{seq}': { for: 'seen' },
  'get /api/v1/tasks/{task}/decisions/{seq}/today': { for: 'seen' },
  'get /api/v1/tasks/{task}/states/{seq}': { for: 'seen' },
  'get /api/v1/tasks/{task}/acts': { for: 'seen' },
  'get /api/v1/tasks/{task}/artifacts': { for: 'seen' },
  'get /api/v1/tasks/{task}/patch': { for: 'seen' },
  'get /api/v1/tasks/{task}/runs/{run}': { for: 'seen' },
  'get /api/v1/tasks/{task}/runs/{run}/calls': { for: 'seen' },
  'get /api/v1/tasks/{task}/budgets': { for: 'seen' },
  'get /api/v1/tasks/{task}/runs/{run}/artifacts/{name}': { for: 'seen' },
  'get /api/v1/tasks/{task}/runs/{run}/log': { for: 'seen' },
  'get /api/v1/tasks/{task}/runs/{run}/log/stream': { for: 'seen' },
  'get /api/v1/tasks/{task}/verify': { for: 'seen' },
  'get /api/v1/tasks/{task}/replay': { for: 'seen' },
  'get /api/v1/tasks/{task}/export': { for: 'seen' },
  // What they get who may is in `audit.test.ts`: it is the log of every repository.
  'get /api/v1/audit/verify': { for: 'auditor of all', otherwise: 403 },
  'get /api/v1/audit/export': { for: 'auditor of all', otherwise: 403 },
  'get /api/v1/decisions': { for: 'anyone' },
  'get /api/v1/me': { for: 'anyone' },
  'get /api/v1/sessions': { for: 'session', otherwise: 403 },
  // These viewers have no session of their own in the database.
  'delete /api/v1/sessions/{session}': { for: 'session', ok: 404, otherwise: 403 },
  'get /api/v1/tokens': { for: 'operator', otherwise: 403 },
  'post /api/v1/tokens': { for: 'operator', body: NEW_TOKEN, otherwise: 403 },
  'delete /api/v1/tokens/{token}': { for: 'operator', otherwise: 403 },
  'get /api/v1/approvals': { for: 'anyone' },
  // Each of them is answered by itself: who gets what of these is in `approvals.test.ts`.
  'post /api/v1/approvals/answers': {
    for: 'session',
    body: {
      says: 'approve',
      requests: [{ task: 'none', digest: `sha256:${'0'.repeat(64)}` }],
    },
    otherwise: 403,
  },
  'get /api/v1/events/stream': { for: 'anyone' },
  // The task was never asked about under this id, and has no such part of a change.
  'get /api/v1/tasks/{task}/approvals/{approval}': { for: 'seen', ok: 404 },
  'get /api/v1/tasks/{task}/diff': { for: 'seen', query: () => 'run=none', ok: 404 },
  'get /api/v1/tasks/{task}/diff/{file}/{part}': {
    for: 'seen',
    query: () => 'run=none',
    ok: 404,
  },
  // GitHub gives nobody here a role that may act, and a token never does: whoever sees the task is told so.
  'post /api/v1/tasks/{task}/acts': { for: 'seen', body: { act: 'cancel' }, ok: 403 },
  'get /api/v1/budgets': { for: 'anyone' },
  'get /api/v1/spends': { for: 'anyone' },
  'get /api/v1/spends.csv': { for: 'anyone' },
  'get /api/v1/agents': { for: 'anyone' },
  'get /api/v1/failures': { for: 'anyone' },
  'get /api/v1/repositories': { for: 'anyone' },
  'get /api/v1/repositories/{repository}': { for: 'seen' },
  'get /api/v1/backlogs': { for: 'anyone' },
  // There is none on this issue.
  'get /api/v1/backlogs/{backlog}': { for: 'seen', ok: 404 },
  'post /api/v1/backlogs/{backlog}/acts': { for: 'seen', body: { act: 'pause' }, ok: 404 },
  'get /api/v1/policy': { for: 'seen', query: id => `repository=${id}` },
  'post /api/v1/policy/what-if': {
    for: 'seen',
    body: id => ({ repository: id, facts: { action: 'pr.merge' } }),
  },
  'post /api/v1/policy/trials': {
    for: 'policy_admin',
    body: id => ({ of: 'repository', repository: id, policy: '' }),
  },
  'get /api/v1/queue': { for: 'deployment', otherwise: 403 },
  'get /api/v1/queue/jobs': { for: 'deployment', otherwise: 403 },
  'get /api/v1/diagnostics': { for: 'deployment', otherwise: 403 },
  // The test's process has no settings to look at.
  'get /api/v1/doctor': { for: 'deployment', ok: 503, otherwise: 403 },
  // Last: what GitHub says of the repository here is not what was recorded, its id among it.
  // So no person sees it. What they get who do is in `api.test.ts`.
  'post /api/v1/tasks': { for: 'token', body: NEW_TASK, ok: 201, otherwise: 404 },
};

let place: Place;
let repository = 0;
const params: Record<string, string> = {
  session: 'current',
  approval: 'none',
  file: '0',
  part: '0',
};
let asToken = '';

beforeAll(async () => {
  place = await openPlace(async ({ headers }) => {
    const name = headers.cookie ?? '';
    return (VIEWERS[name] ?? OTHERS[name])?.() ?? null;
  });
  const { services } = place;
  [{ id: repository } = { id: 0 }] = await services.taskPages.repositoriesNamed([SEEN]);
  params.repository = String(repository);
  params.backlog = `${repository}-1`;
  params.task = place.tasks.get('full-walk') ?? '';
  const [decided] = await Array.fromAsync(
    services.eventPages.ofTypes(taskStream(params.task), ['policy.decided']),
  );
  params.seq = String(decided?.seq);
  const { state } = await loadTask(services.log, params.task);
  params.run = state.runs.findLast(({ produced }) => produced?.work)?.id ?? '';
  params.name = 'patch.diff';
  const digest = await services.artifacts.put('diff --git a/a b/a\n', 'record');
  await services.artifacts.link({ task: params.task, run: params.run }, 'patch.diff', digest);
  for (const id of await services.taskPages.repositories()) everything.set(id, 'read');
  // One call of a model in the repository that is seen, and one in another.
  for (const task of [params.task, place.tasks.get('failed') ?? '']) {
    const call = await services.ledger.reserve({
      by: { task, run: params.run },
      scopes: [{ kind: 'task', key: `task:${task}`, caps: {} }],
      model: { provider: 'openai', name: task === params.task ? 'large' : 'acme/failed' },
      prices: 'settings',
      fixed: { ...NO_AMOUNT, calls: 1 },
      each: NO_AMOUNT,
      want: 1,
    });
    if (!call.ok) throw new Error('the call was refused');
    await services.ledger.settle(call, { calls: 1, usage: NO_USAGE, nanoUsd: null, ms: 0 });
  }
  asToken = await tokenFor(place, { repositories: [{ name: SEEN, alias: null }] });
});
afterAll(() => place.close());

const person = (
  role: 'read' | 'write' | null,
  held: readonly DeploymentRole[] = [],
  where: 'all' | 'here' = 'here',
): Viewer => ({
  who: { kind: 'person', id: 7, login: 'somebody' },
  repositories: new Map(role === null ? [] : [[repository, role]]),
  roles: new Map(held.map(name => [name, where === 'all' ? 'all' : new Set([repository])])),
});

/** Whether the access of one person was taken away. How GitHub tells it is in `sign-in.test.ts`. */
let isTakenAway = false;
/** Every repository that was recorded. */
const everything = new Map<number, 'read'>();

/** They ask for what only they may see, beside those of whom each endpoint is asked. */
const OTHERS: Readonly<Record<string, () => Viewer>> = {
  everybody: () => ({ ...person(null), repositories: everything }),
  'loses it': () => person(isTakenAway ? null : 'read'),
};

/** By the cookie that they send. */
const VIEWERS: Readonly<Record<string, () => Viewer>> = {
  stranger: () => person(null),
  'taken away': () => person(null, []),
  reader: () => person('read'),
  writer: () => person('write'),
  operator: () => person('read', ['operator']),
  'policy admin': () => person('read', ['policy_admin']),
  auditor: () => person('read', ['auditor']),
  'operator of all': () => person('read', ['operator'], 'all'),
};

const isFor = (row: Row, name: string): boolean => {
  const viewer = VIEWERS[name]?.();
  if (row.for === 'anyone') return true;
  if (name === 'token') return row.for === 'seen' || row.for === 'token';
  if (row.for === 'token' || row.for === 'auditor of all') return false;
  if (row.for === 'session') return true;
  if (row.for === 'deployment') return viewer?.roles.get('operator') === 'all';
  if (row.for === 'seen') return viewer?.repositories.has(repository) ?? false;
  const where = viewer?.roles.get(row.for);
  return where === 'all' || (where?.has(repository) ?? false);
};

async function ask(method: string, path: string, name: string, row: Row) {
  const body = typeof row.body === 'function' ? row.body(repository) : row.body;
  const headers = {
    'sec-fetch-site': 'same-origin',
    ...(name === 'token' ? { authorization: `Bearer ${asToken}` } : { cookie: name }),
    ...(body && { 'content-type': 'application/json' }),
  };
  const address = `${place.url}${path.replaceAll(/\{(\w+)\}/g, (_, key: string) => params[key] ?? key)}`;
  const query = row.query ? `?${row.query(repository)}` : '';
  const sent = body ? { body: JSON.stringify(body) } : {};
  const answer = await fetch(`${address}${query}`, {
    method: method.toUpperCase(),
    headers,
    ...sent,
  });
  // A stream has no end: what it begins with is looked at.
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
    await answer.body?.cancel();
    return { status: answer.status, text: '' };
  }
  return { status: answer.status, text: await answer.text() };
}

it('every endpoint has a row', () => {
  const names = ENDPOINTS.map(({ method, path }) => `${method} ${path}`);
  expect(Object.keys(ROWS).toSorted()).toEqual(names.toSorted());
});

it('nothing that is read appends an event, whoever reads it', async () => {
  const { log } = place.services;
  const heads = async () => {
    const streams = await Array.fromAsync(log.streams());
    return Promise.all(
      streams.map(async stream => [stream.kind, stream.id, (await log.load(stream)).version]),
    );
  };
  const before = await heads();
  expect(before.length).toBeGreaterThan(4);
  for (const [name, row] of Object.entries(ROWS)) {
    const [method = '', path = ''] = name.split(' ');
    if (method !== 'get') continue;
    for (const viewer of ['writer', 'operator of all', 'token'])
      await ask(method, path, viewer, row);
  }
  expect(await heads()).toEqual(before);
});

describe('what is offered is what is answered', () => {
  const statusOf = async (name: string, viewer: string, body?: object) => {
    const [method = '', path = ''] = name.split(' ');
    const row = ROWS[name] ?? { for: 'anyone' };
    return (await ask(method, path, viewer, body ? { ...row, body } : row)).status;
  };

  it.each([...Object.keys(VIEWERS), 'token'])('to a %s', async viewer => {
    const { text } = await ask('get', '/api/v1/me', viewer, { for: 'anyone' });
    const { mayNot } = JSON.parse(text);
    for (const [offer, endpoint] of [
      [mayNot.operate, 'get /api/v1/queue'],
      [mayNot.readLog, 'get /api/v1/audit/verify'],
      [mayNot.makeTokens, 'get /api/v1/tokens'],
    ])
      expect([endpoint, await statusOf(endpoint, viewer)]).toEqual([
        endpoint,
        offer === null ? 200 : 403,
      ]);
    const row = ROWS['get /api/v1/policy'] ?? { for: 'seen' };
    const policy = await ask('get', '/api/v1/policy', viewer, row);
    if (policy.status !== 200) return;
    const { trials } = JSON.parse(policy.text);
    const trial = 'post /api/v1/policy/trials';
    expect(await statusOf(trial, viewer)).toBe(trials.repository === null ? 200 : 403);
    const draft = { of: 'deployment', files: [] };
    expect(await statusOf(trial, viewer, draft)).toBe(trials.deployment === null ? 200 : 403);
  });
});

/** Asked by a person of everything, or of the one repository; with what else a browser may send. */
async function get(path: string, viewer: string, headers: Record<string, string> = {}) {
  const at = `${place.url}/api/v1${path}`;
  const answer = await fetch(at, { headers: { cookie: viewer, ...headers } });
  const etag = answer.headers.get('etag') ?? '';
  return { status: answer.status, text: await answer.text(), etag };
}

const nothingHidden = (text: string) => {
  for (const hidden of HIDDEN) {
    expect(text).not.toContain(hidden);
    expect(text).not.toContain(idOf(hidden));
  }
};
const idOf = (name: string): string => {
  const [history = ''] = Object.entries(RECORDED).find(([, one]) => one === name) ?? [];
  return place.tasks.get(history) ?? '';
};

describe('whoever sees one repository learns nothing of the others', () => {
  const paths = () => [
    ...['repository', 'role', 'agent', 'model', 'person', 'task', 'day'].flatMap(group => [
      `/spends?group=${group}&from=2020-01-01`,
      `/spends.csv?group=${group}&from=2020-01-01`,
    ]),
    '/agents?days=400&by=repository',
    ...['code', 'repository'].map(group => `/failures?group=${group}&from=2020-01-01`),
    '/budgets',
    '/repositories',
    ...['mine', 'waiting', 'aside', 'decided'].map(list => `/approvals?list=${list}`),
    ...HIDDEN.flatMap(name => [
      `/tasks?repository=${name}`,
      `/spends?from=2020-01-01&repository=${name}`,
      `/failures?from=2020-01-01&repository=${name}`,
    ]),
    ...['requester=mona', 'origin=issue', 'command=fix', 'issue=1', 'pull=1', 'open=false'].map(
      by => `/tasks?${by}`,
    ),
  ];

  it('by sums, facets, downloads and search', async () => {
    for (const path of paths()) nothingHidden((await get(path, 'reader')).text);
    const { tasks } = JSON.parse((await get('/tasks', 'everybody')).text);
    expect(tasks.length).toBeGreaterThan(HIDDEN.length);
    for (const { title, repository: of } of tasks) {
      const search = `/tasks?text=${encodeURIComponent(title.slice(0, 60))}`;
      expect((await get(search, 'everybody')).text).toContain(of);
      nothingHidden((await get(search, 'reader')).text);
    }
  });

  it('by the sums of who may see more: each counts what its reader sees', async () => {
    const total = async (viewer: string) =>
      JSON.parse((await get('/spends?from=2020-01-01', viewer)).text).total;
    expect(await total('everybody')).toMatchObject({ calls: 2 });
    expect(await total('reader')).toMatchObject({ calls: 1 });
    expect(await total('stranger')).toMatchObject({ calls: 0, tasks: 0, unpriced: [] });
  });

  it('by what another person had: their versions, cursors and places in a stream', async () => {
    const [hidden = ''] = HIDDEN;
    const task = `/tasks/${idOf(hidden)}`;
    for (const path of [task, `${task}/decisions`, `${task}/events`, '/tasks', ...paths()]) {
      const { etag } = await get(path, 'everybody');
      const theirs = await get(path, 'reader', etag ? { 'if-none-match': etag } : {});
      if (path.startsWith(`${task}`)) expect(theirs.status, path).toBe(404);
      nothingHidden(theirs.text);
      // The same version is only where both see the same.
      if (theirs.status === 304) expect((await get(path, 'reader')).etag).toBe(etag);
    }
    for (const sort of ['created', 'updated', 'waiting'])
      for (let cursor = ''; ; ) {
        const page = await get(`/tasks?sort=${sort}&limit=1${cursor}`, 'everybody');
        const { next } = JSON.parse(page.text);
        if (next === null) break;
        cursor = `&cursor=${next}`;
        nothingHidden((await get(`/tasks?sort=${sort}${cursor}`, 'reader')).text);
      }
    const log = await get(`${task}/runs/author-1-1/log/stream`, 'reader', {
      'last-event-id': '0.1',
    });
    expect(log.status).toBe(404);
  });

  it('after their access was taken away in mid-session', async () => {
    const task = `/tasks/${params.task}`;
    const of = [task, `${task}/events`, `${task}/decisions`, `${task}/runs/${params.run}/log`];
    const before = await Promise.all([...of, '/tasks'].map(path => get(path, 'loses it')));
    expect(before.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const { next } = JSON.parse((await get('/tasks?limit=1', 'everybody')).text);
    isTakenAway = true;
    try {
      for (const [at, path] of of.entries()) {
        const known = before[at]?.etag;
        const after = await get(path, 'loses it', known ? { 'if-none-match': known } : {});
        expect([path, after.status]).toEqual([path, 404]);
        expect(after.text).not.toContain(SEEN);
      }
      for (const path of [`/tasks?cursor=${next}`, '/tasks', ...paths()])
        expect((await get(path, 'loses it')).text).not.toContain(SEEN);
      const version = before.at(-1)?.etag ?? '';
      const list = await get('/tasks', 'loses it', { 'if-none-match': version });
      expect([list.status, JSON.parse(list.text).tasks]).toEqual([200, []]);
    } finally {
      isTakenAway = false;
    }
  });
});

describe.each(Object.entries(ROWS))('%s', (name, row) => {
  const [method = '', path = ''] = name.split(' ');

  it('is for nobody who is not known', async () => {
    const { status } = await ask(method, path, 'nobody', row);
    expect(status).toBe(401);
  });

  it.each([...Object.keys(VIEWERS), 'token'])('for: %s', async viewer => {
    if (path.includes('{token}')) await freshToken();
    const { status, text } = await ask(method, path, viewer, row);
    for (const hidden of HIDDEN) expect(text).not.toContain(hidden);
    if (isFor(row, viewer)) return expect([status, text]).toEqual([row.ok ?? 200, text]);
    expect([status, text]).toEqual([expectedRefusal(row, viewer), text]);
    expect(text).not.toContain(SEEN);
  });
});

/** A refusal tells nobody that there is something which they may not see. */
function expectedRefusal(row: Row, viewer: string): number {
  if (row.otherwise !== undefined) return row.otherwise;
  const sees = viewer === 'token' || VIEWERS[viewer]?.().repositories.has(repository);
  return row.for === 'seen' || !sees ? 404 : 403;
}

async function freshToken(): Promise<void> {
  const expiresAt = new Date(Date.now() + 60_000);
  const grant = { ...NEW_TOKEN, trusted: false, reads: false, expiresAt };
  params.token = (await createToken(place.services, grant, { kind: 'operator', name: 'x' })).id;
}
