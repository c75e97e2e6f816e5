/**
 * Who gets what from each endpoint: every one has a row here, or this fails. What somebody may not see is
 * in no answer to them, and what they may not do is refused.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../../src/control/endpoints.ts';
import type { Viewer } from '../../src/control/viewer.ts';
import type { DeploymentRole } from '../../src/core/access/roles.ts';
import { taskStream } from '../../src/core/stream.ts';
import { createToken } from '../../src/engine/access/tokens.ts';
import { loadTask } from '../../src/engine/queries.ts';
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
  'get /api/v1/repositories': { for: 'anyone' },
  'get /api/v1/repositories/{repository}': { for: 'seen' },
  'get /api/v1/backlogs': { for: 'anyone' },
  // There is none on this issue.
  'get /api/v1/backlogs/{backlog}': { for: 'seen', ok: 404 },
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
  'post /api/v1/tasks': { for: 'token', body: NEW_TASK, ok: 201, otherwise: 403 },
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
  place = await openPlace(async ({ headers }) => VIEWERS[headers.cookie ?? '']?.() ?? null);
  const { services } = place;
  [repository = 0] = await services.taskPages.repositoriesNamed([SEEN]);
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

/** By the cookie that they send. Whose access was taken away sees nothing: see `sign-in.test.ts`. */
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
