/** What owners of budgets, policy admins and operators ask: each is told what they may see, and no more. */
import type { IncomingMessage } from 'node:http';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AskDoctor } from '../../src/control/control-services.ts';
import type { Viewer } from '../../src/control/viewer.ts';
import type { DeploymentRole } from '../../src/core/access/roles.ts';
import { NO_USAGE } from '../../src/core/agent-event.ts';
import { NO_AMOUNT } from '../../src/core/budget.ts';
import { repositoryKey } from '../../src/engine/spending/scopes.ts';
import { created } from '../core/task/given.ts';
import { beginBacklog, beginTask } from '../engine/begin.ts';
import { REPOSITORY } from '../engine/github.ts';
import { openPlace, type Place } from './fixture.ts';

/** Who asks, by the cookie: what GitHub lets them see, and what the deployment grants them. */
const viewers = new Map<string, Viewer>();
const session = async (request: Pick<IncomingMessage, 'headers'>) =>
  viewers.get(request.headers.cookie ?? '') ?? null;

/** What the doctor finds. */
let found: () => Awaited<ReturnType<AskDoctor>> = () => {
  throw new Error('the doctor is not asked here');
};

let place: Place;
/** What the repository spends in this month. */
const MONTH = repositoryKey(REPOSITORY.id, new Date().toISOString().slice(0, 7));
const TITLE = '=HYPERLINK("http://evil.example")';
beforeAll(async () => {
  place = await openPlace(session, async () => found());
  const { services } = place;
  const goal = { title: TITLE, body: '' };
  await beginTask(services.log, 'spender', [created({ repository: REPOSITORY, goal })]);
  for (const [task, model, nanoUsd] of [
    ['spender', 'large', 2_000_000_000],
    ['spender', 'unheard-of', null],
    [place.tasks.get('failed') ?? '', 'large', 500_000_000],
  ] as const) {
    const reserved = await services.ledger.reserve({
      by: { task, run: 'author-1-1' },
      scopes: [
        { kind: 'task', key: `task:${task}`, caps: {} },
        ...(task === 'spender' ? [{ kind: 'repository' as const, key: MONTH, caps: {} }] : []),
      ],
      model: { provider: 'openai', name: model },
      prices: nanoUsd === null ? null : 'settings',
      fixed: { ...NO_AMOUNT, calls: 1 },
      each: NO_AMOUNT,
      want: 1,
    });
    if (!reserved.ok) throw new Error('refused');
    const usage = { ...NO_USAGE, input: 100 };
    await services.ledger.settle(reserved, { calls: 1, usage, nanoUsd, ms: 0 });
  }
  const sql = new pg.Client({ connectionString: services.url });
  await sql.connect();
  await sql.query(
    `INSERT INTO run_records (task, run, role, adapter, model, provider, repository_id, outcome, tokens, ms, asked, denied, nano_usd, ended_at)
     VALUES ('spender', 'author-1-1', 'author', 'codex', 'large', 'openai', $1, 'success', 200, 5000, 1, 1, 2000000000, now())`,
    [REPOSITORY.id],
  );
  await sql.end();
  const rows = await services.tasks.list({});
  const all = new Map(rows.map(({ repositoryId }) => [repositoryId, 'write'] as const));
  const person = (login: string, of: Partial<Viewer>) =>
    viewers.set(login, {
      who: { kind: 'person', id: login.length, login },
      repositories: new Map(),
      roles: new Map(),
      ...of,
    });
  const whole = (...roles: DeploymentRole[]) => new Map(roles.map(role => [role, 'all'] as const));
  person('operator', { repositories: all, roles: whole('operator', 'policy_admin') });
  person('owner', { repositories: new Map([[REPOSITORY.id, 'maintain']]) });
  person('writer', { repositories: new Map([[REPOSITORY.id, 'write']]) });
  person('stranger', {});
});
afterAll(() => place.close());

async function as(login: string, path: string, body?: object) {
  const response = await fetch(`${place.url}/api/v1/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      cookie: login,
      'sec-fetch-site': 'same-origin',
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const lines = text.trim().split('\n');
  return {
    status: response.status,
    text,
    type: response.headers.get('content-type') ?? '',
    json: text.startsWith('{') && lines.length === 1 ? JSON.parse(text) : null,
    lines,
  };
}

describe('spends', () => {
  it('are summed up by what may be seen, and what has no price is unpriced', async () => {
    const { json } = await as('owner', 'spends?group=model');
    expect(json.rows).toMatchObject([
      { key: 'openai/large', models: { words: '$2.00', isWhole: true } },
      { key: 'openai/unheard-of', models: { words: 'unpriced' }, unpricedCalls: 1 },
    ]);
    expect(json.total.models).toEqual({ nanoUsd: 2e9, isWhole: false, words: 'at least $2.00' });
    expect(json.prices).toMatchObject([{ source: 'settings' }]);
    const whole = await as('operator', 'spends?group=repository');
    expect(whole.json.total.modelNanoUsd).toBe(2.5e9);
    const one = await as('operator', 'spends?repository=acme/failed');
    expect(one.json.total.modelNanoUsd).toBe(0.5e9);
    expect((await as('owner', 'spends?repository=acme/failed')).json.total.calls).toBe(0);
    expect((await as('stranger', 'spends')).json).toMatchObject({ rows: [], total: { calls: 0 } });
    expect((await as('owner', 'spends?from=2020-01-01&to=2020-02-01')).json.rows).toEqual([]);
  });

  it('are downloaded as a table, of which a spreadsheet runs nothing', async () => {
    const { text, type } = await as('owner', 'spends.csv?group=task');
    expect(type).toContain('text/csv');
    const [head, row] = text.split('\r\n');
    expect(head).toMatch(/^key,name,calls,tokens,models_usd,/);
    expect(row).toMatch(
      /^spender,"'=HYPERLINK\(""http:\/\/evil\.example""\)",2,200,2,1,openai\/unheard-of,/,
    );
    const models = await as('owner', 'spends.csv?group=model');
    expect(models.text).toMatch(/^openai\/unheard-of,openai\/unheard-of,1,100,,1,/m);
  });

  it('stand beside their caps, with who may raise them', async () => {
    place.services.settings.budgets = { day: { usd: 50 }, repository: { usd: 20 } };
    const { json } = await as('operator', 'budgets');
    expect(json.today.units[0]).toMatchObject({ unit: 'tokens' });
    expect(
      json.repositories.map(({ repository }: { repository: { name: string } }) => repository.name),
    ).toEqual(['acme/library']);
    expect(json.repositories[0].units[0].words).toBe('200 tokens, without a cap');
    expect(json.caps.find(({ scope }: { scope: string }) => scope === 'day')).toEqual({
      scope: 'day',
      of: 'of all repositories in a day',
      caps: ['$50.00'],
    });
    expect(json.raise.words).toBe(
      'A run that reaches a cap waits, and someone with write access may raise it, by the approval that is asked for in its task.',
    );
    expect((await as('owner', 'budgets')).json.today).toBeNull();
  });

  it('every raise that waits is told, however much else waits before it', async () => {
    const sql = new pg.Client({ connectionString: place.services.url });
    await sql.connect();
    await sql.query(
      `INSERT INTO approvals (task, approval, repository_id, waiting, status, gate, action, resource,
         reason, approvers, quorum, by, aside, own, answered, requested_at, changed_at)
       SELECT 'spender', 'made-' || n, $1, true, 'requested', 'merge',
         CASE WHEN n > 600 THEN 'budget.raise' ELSE 'pr.merge' END, 'cap ' || n,
         '', '{}', 1, '{}', '{}', '{}', '{}', now(), now() + n * interval '1 second'
       FROM generate_series(1, 1200) AS n`,
      [REPOSITORY.id],
    );
    try {
      const { waiting } = (await as('owner', 'budgets')).json;
      expect(waiting).toHaveLength(600);
      expect(waiting[0]).toMatchObject({ task: 'spender', resource: 'cap 601' });
      expect((await as('stranger', 'budgets')).json.waiting).toEqual([]);
    } finally {
      await sql.query(`DELETE FROM approvals WHERE approval LIKE 'made-%'`);
      await sql.end();
    }
  });
});

describe('agents and repositories', () => {
  it('roles have their chains as they stand, and records are those of what may be seen', async () => {
    const { json } = await as('operator', 'agents?days=400');
    const author = json.roles.find(({ name }: { name: string }) => name === 'author');
    expect(author.chain).toEqual([
      {
        adapter: 'simulated',
        model: null,
        provider: null,
        version: expect.any(String),
        state: 'next',
        reason: '',
      },
    ]);
    expect(json.records).toMatchObject([
      {
        ...{ adapter: 'codex', repository: null, runs: 1, successRate: 1, askedPerRun: 1 },
        ...{ medianMs: 5_000, pricePerSuccess: { words: '$2.00' } },
        ...{ denied: 1, trust: { from: 'T2', to: 'T1', because: expect.any(String) } },
      },
    ]);
    const apart = await as('operator', 'agents?days=400&by=repository');
    expect(apart.json.records[0].repository.name).toBe('acme/library');
    expect((await as('stranger', 'agents')).json.records).toEqual([]);
  });

  it('failures are summed up by what may be seen, and lead to their tasks', async () => {
    const failed = place.tasks.get('failed') ?? '';
    const there = (await place.services.tasks.find(failed))?.repositoryId;
    const sql = new pg.Client({ connectionString: place.services.url });
    await sql.connect();
    await sql.query(
      `INSERT INTO run_records (task, run, role, adapter, model, repository_id, outcome, class, tokens, ms, ended_at)
       SELECT task, run, role, 'codex', 'large', repository, 'failure', class, 0, 5000, at::timestamptz
       FROM (VALUES ('spender', 'author-1-2', 'author', $1::bigint, 'timeout', '2026-01-01T12:00Z'),
         ('spender', 'author-1-3', 'author', $1, 'timeout', '2026-01-02T12:00Z'),
         ('spender', 'review-1-1', 'reviewer', $1, 'rate_limit', '2026-01-02T13:00Z'),
         ($2, 'author-9-1', 'author', $3, 'timeout', '2026-01-02T23:59Z'),
         ($2, 'author-9-2', 'author', $3, NULL, '2026-01-03T00:00Z')
       ) AS made (task, run, role, repository, class, at)`,
      [REPOSITORY.id, failed, there],
    );
    await sql.end();
    const within = 'failures?from=2026-01-01&to=2026-01-02';
    const sums = async (login: string, path: string) =>
      (await as(login, path)).json.rows.map((row: { key: string; failed: number }) => [
        row.key,
        row.failed,
      ]);
    expect((await as('owner', `${within}&group=role`)).json).toMatchObject({
      rows: [
        { key: 'author', runs: 2, failed: 2, codes: [{ code: 'timeout', runs: 2 }] },
        { key: 'reviewer', runs: 1, lastAt: '2026-01-02T13:00:00.000Z' },
      ],
      more: false,
      total: { runs: 3, failed: 3 },
      latest: [
        { task: 'spender', title: TITLE, run: 'review-1-1', code: 'rate_limit', model: 'large' },
        { run: 'author-1-3' },
        { run: 'author-1-2', repository: 'acme/library' },
      ],
    });
    expect(await sums('operator', within)).toEqual([
      ['timeout', 3],
      ['rate_limit', 1],
    ]);
    expect(await sums('operator', `${within}&group=day&code=timeout`)).toEqual([
      ['2026-01-02', 2],
      ['2026-01-01', 1],
    ]);
    const named = await as('operator', `${within}&group=repository&role=author&limit=1`);
    expect(named.json).toMatchObject({ rows: [{ name: 'acme/library', failed: 2 }], more: true });
    expect(await sums('operator', 'failures?from=2026-01-03&to=2026-01-03')).toEqual([
      ['unknown', 1],
    ]);
    // Runs that ended well are counted beside them, and are no group.
    expect((await as('owner', 'failures?group=agent')).json).toMatchObject({
      rows: [],
      total: { runs: 1, failed: 0 },
      latest: [],
    });
    expect((await as('stranger', within)).json).toMatchObject({ rows: [], latest: [] });
    expect((await as('owner', `${within}&repository=acme/failed`)).json.rows).toEqual([]);
  });

  it('a repository is shown as it is read, with the line of each fault', async () => {
    const { services } = place;
    const list = await as('owner', 'repositories');
    expect(list.json.repositories).toMatchObject([{ id: REPOSITORY.id, tasks: 1, open: 1 }]);
    await services.remote.commit({
      '.github/gatehouse.yml': 'remediate:\n  ci: true\ntriage:\n  labels: [bug]\n',
      'package.json': '{"scripts":{"test":"node --test"}}\n',
    });
    const { json } = await as('owner', `repositories/${REPOSITORY.id}`);
    expect(json).toMatchObject({ name: 'acme/library', reached: { ok: true } });
    expect(json.live.switches).toContainEqual({
      name: 'triage',
      on: true,
      says: 'Issues are triaged when they are opened, with the labels bug.',
    });
    expect(json.live.toolchain.ecosystems).toEqual(['npm']);
    expect(json.live.commands.find(({ name }: { name: string }) => name === 'test')).toBeDefined();
    await services.remote.commit({ '.github/gatehouse.yml': 'remediate:\n  ic: true\n' });
    const faulty = await as('owner', `repositories/${REPOSITORY.id}`);
    expect(faulty.json.live.faults).toMatchObject([{ file: '.github/gatehouse.yml', line: 2 }]);
    await services.remote.commit({ '.github/gatehouse.yml': 'remediate:\n  ci: true\n' });
    expect((await as('stranger', `repositories/${REPOSITORY.id}`)).status).toBe(404);
    expect((await as('owner', 'repositories/7')).status).toBe(404);
    expect((await as('owner', 'repositories/x')).status).toBe(422);
  });
});

describe('policy', () => {
  const about = `repository=${REPOSITORY.id}`;

  it('stands for a repository, a role and a person, and says how a change is proposed', async () => {
    const { json } = await as('owner', `policy?${about}`);
    const answerOf = (from: typeof json, action: string) =>
      from.answers.find((one: { action: string }) => one.action === action);
    expect(answerOf(json, 'task.start').outcome).toBe('allow');
    expect(answerOf(json, 'budget.raise')).toMatchObject({
      outcome: 'require_approval',
      approval: 'someone with write access',
    });
    const stranger = await as('owner', `policy?${about}&requester=none`);
    expect(answerOf(stranger.json, 'task.start').outcome).toBe('deny');
    expect(json.texts.map(({ name }: { name: string }) => name)).toContain('base/merge.cedar');
    expect(json.change.repository.files[0].edit).toBe(
      'https://github.com/acme/library/edit/main/.github/gatehouse.cedar',
    );
    expect(json.change.deployment).toMatchObject({
      repository: null,
      says: expect.stringContaining('GATEHOUSE_POLICY_REPOSITORY'),
    });
    expect((await as('stranger', `policy?${about}`)).status).toBe(404);
    expect((await as('owner', `policy?${about}&role=nobody`)).json.next).toContain(
      '/api/v1/agents',
    );
  });

  it('answers made-up facts as it would decide, and says what would change that', async () => {
    const facts = { action: 'pr.merge', findings: ['lockfile'] };
    const { json } = await as('owner', 'policy/what-if', { repository: REPOSITORY.id, facts });
    expect(json.decision).toMatchObject({ action: 'pr.merge', outcome: 'require_approval' });
    expect(json.approval).toMatch(/\S/);
    expect(json.changes.length).toBeGreaterThan(0);
    const odd = { action: 'pr.merge', listed: ['bug'] };
    expect(
      await as('owner', 'policy/what-if', { repository: REPOSITORY.id, facts: odd }),
    ).toMatchObject({
      status: 422,
      json: {
        code: 'unusable_facts',
        message: expect.stringContaining('listed says nothing about'),
      },
    });
    // The process that answers decides for runs as well.
    const long = { action: 'change.accept', paths: Array.from({ length: 301 }, () => 'a.js') };
    expect(
      await as('owner', 'policy/what-if', { repository: REPOSITORY.id, facts: long }),
    ).toMatchObject({ status: 422, json: { code: 'invalid' } });
  });

  const FROZEN =
    '@id("frozen")\n@reason("Nothing is written this week.")\nforbid (principal, action == Action::"file.write", resource);\n';

  it('tries a draft of the deployment for its policy admins alone', async () => {
    const draft = { of: 'deployment', files: [{ name: 'starter/frozen.cedar', text: FROZEN }] };
    expect((await as('owner', 'policy/trials', draft)).status).toBe(403);
    const { lines, type } = await as('operator', 'policy/trials', draft);
    expect(type).toBe('application/x-ndjson');
    const news = lines.map(line => JSON.parse(line));
    expect(news.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['checked', 'tested', 'done']),
    );
    expect(news.at(-1).history.decisions).toBeGreaterThan(0);
    const faulty = { ...draft, files: [{ name: 'starter/a.cedar', text: 'permit (' }] };
    const [checked, ...more] = (await as('operator', 'policy/trials', faulty)).lines;
    expect(more).toEqual([]);
    expect(JSON.parse(checked ?? '').faults[0]).toMatchObject({ file: 'starter/a.cedar', line: 1 });
  });

  it('tries the rules of a repository for its maintainers', async () => {
    const draft = { of: 'repository', repository: REPOSITORY.id, policy: FROZEN };
    expect((await as('writer', 'policy/trials', draft)).status).toBe(403);
    const { lines } = await as('owner', 'policy/trials', draft);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ kind: 'checked', faults: [] });
    expect(JSON.parse(lines.at(-1) ?? '').kind).toBe('done');
    const elsewhere = { ...draft, repository: 7 };
    expect((await as('operator', 'policy/trials', elsewhere)).status).toBe(404);
  });
});

describe('the whole deployment', () => {
  it.each(['queue', 'queue/jobs', 'diagnostics', 'doctor'])(
    '%s is shown to operators alone',
    async path => {
      expect(await as('owner', path)).toMatchObject({
        status: 403,
        json: { next: expect.stringContaining('operator') },
      });
    },
  );

  it('says who works, what is to be done, and what came of deliveries', async () => {
    const { services } = place;
    await services.workers.report({ name: 'worker-9', labels: ['gpu'], agents: [] });
    const { json } = await as('operator', 'queue');
    expect(json.workers).toContainEqual({
      name: 'worker-9',
      labels: ['gpu'],
      agents: [],
      silentMs: expect.any(Number),
      state: 'working',
    });
    expect(json.jobs.ready + json.jobs.stalled).toBeGreaterThan(0);
    const jobs = await as('operator', 'queue/jobs?task=spender');
    expect(jobs.json.jobs).toMatchObject([{ id: 'spender', key: 'decide:task.start:task' }]);
    const body = Buffer.from('{}');
    await services.deliveries.receive({ guid: 'lost-1', event: 'issues', body, via: 'log' });
    await services.deliveries.settle('lost-1', 'failed', 'GitHub said no.');
    const told = await as('operator', 'diagnostics');
    expect(told.json.deliveries).toMatchObject({ fromLog: 1, failed: 1 });
    expect(told.json.failedDeliveries).toMatchObject([{ guid: 'lost-1', note: 'GitHub said no.' }]);
  });
});

it('the doctor’s findings come with what mends them, and one that fails is a fault of ours', async () => {
  const mend = 'Set GITHUB_WEBHOOK_SECRET.';
  found = () => ({
    at: new Date('2026-11-28T10:00:00.000Z'),
    checks: [{ name: 'webhook', ok: false, detail: 'There is no secret.', remediation: mend }],
    agents: { ok: true, mode: 'simulated', agents: [], roles: [], warnings: [] },
  });
  expect(await as('operator', 'doctor')).toMatchObject({
    status: 200,
    json: {
      at: '2026-11-28T10:00:00.000Z',
      checks: [{ name: 'webhook', ok: false, remediation: mend }],
      mode: 'simulated',
    },
  });
  expect((await as('owner', 'doctor')).status).toBe(403);
  found = () => {
    throw new Error('/home/somebody/secret.pem is not readable');
  };
  const failed = await as('operator', 'doctor');
  expect([failed.status, failed.text]).toEqual([500, expect.not.stringContaining('secret.pem')]);
});

it('a backlog that may not be seen is not there', async () => {
  expect((await as('owner', 'backlogs')).json).toEqual({ backlogs: [], next: null });
  expect((await as('owner', 'backlogs/1-1')).status).toBe(404);
});

it('backlogs are listed page by page, the latest first', async () => {
  for (const tracking of [701, 702, 703]) await beginBacklog(place.services.log, { tracking });
  const seen: number[] = [];
  let pages = 0;
  for (let next: string | null = ''; next !== null; pages++) {
    const cursor = next === '' ? '' : `&cursor=${next}`;
    const { json } = await as('owner', `backlogs?limit=2${cursor}`);
    seen.push(...json.backlogs.map((each: { tracking: number }) => each.tracking));
    next = json.next;
  }
  expect([seen, pages]).toEqual([[703, 702, 701], 2]);
  expect(await as('owner', 'backlogs?cursor=bm8')).toMatchObject({ status: 422 });
  expect((await as('stranger', 'backlogs')).json).toEqual({ backlogs: [], next: null });
});

it('a backlog waits in the inbox of those who may decide, and is worked once one of them says yes', async () => {
  const { services } = place;
  const id = `${REPOSITORY.id}-702`;
  const inbox = async (login: string, list: string) => {
    const { backlogs, counts } = (await as(login, `approvals?list=${list}`)).json;
    return [backlogs.map((each: { tracking: number }) => each.tracking), counts.mine];
  };
  viewers.set('reader', {
    who: { kind: 'person', id: 99, login: 'reader' },
    repositories: new Map([[REPOSITORY.id, 'read']]),
    roles: new Map(),
  });
  for (const [login, role] of Object.entries({ writer: 'write', reader: 'read' } as const)) {
    const { who } = viewers.get(login) ?? {};
    if (who?.kind === 'person') services.github.roles.set(who.id, role);
  }
  expect(await inbox('writer', 'mine')).toEqual([[701, 702, 703], 3]);
  expect(await inbox('reader', 'mine')).toEqual([[], 0]);
  expect(await inbox('reader', 'waiting')).toEqual([[701, 702, 703], 0]);
  expect(await inbox('stranger', 'waiting')).toEqual([[], 0]);
  const shown = (await as('writer', `backlogs/${id}`)).json;
  expect(shown).toMatchObject({
    waits: { reason: 'Nothing begins before a person says yes to its plan of 2 items.' },
    last: { event: 1, what: 'the plan was read' },
    cursor: { event: 1, hash: expect.stringMatching(/^sha256:/) },
    entries: [
      { id: 'meter', status: 'waiting', phase: '', pull: null, reason: '', attempt: 0 },
      { id: 'page', waitsFor: ['meter'] },
    ],
  });
  expect(shown.acts.filter(({ because }: { because: string | null }) => !because)).toMatchObject([
    { act: 'approve' },
    { act: 'deny' },
    { act: 'cancel' },
  ]);
  const says = (login: string, body: object) => as(login, `backlogs/${id}/acts`, body);
  const yes = { act: 'approve', digest: shown.digest };
  expect(await says('stranger', yes)).toMatchObject({ status: 404 });
  expect(await says('reader', yes)).toMatchObject({
    status: 403,
    json: { message: 'It takes the role write, and you have read.' },
  });
  const other = { act: 'approve', digest: `sha256:${'b'.repeat(64)}` };
  expect((await says('writer', other)).json.code).toBe('changed');
  expect(await says('writer', yes)).toMatchObject({ status: 200, json: { backlog: id, event: 2 } });
  expect((await says('writer', yes)).json.code).toBe('decided');
  const [, yesEvent] = await Array.fromAsync(services.log.read({ kind: 'backlog', id }));
  expect(yesEvent).toMatchObject({
    type: 'backlog.started',
    actor: { kind: 'person', login: 'writer' },
    correlation: { via: 'console' },
  });
  expect(await inbox('writer', 'mine')).toEqual([[701, 703], 2]);
  expect((await says('writer', { act: 'pause' })).status).toBe(200);
  expect((await says('writer', { act: 'retry', item: 'none' })).json.message).toContain('no item');
  expect((await says('writer', { act: 'cancel' })).status).toBe(200);
  const after = (await as('writer', `backlogs/${id}`)).json;
  expect(after.entries[0]).toMatchObject({ status: 'canceled', reason: 'Canceled by writer.' });
});
