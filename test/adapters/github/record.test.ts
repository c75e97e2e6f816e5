/** GitHub's own memory, read by the App from the local GitHub. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loggedDeliveries } from '../../../src/adapters/github/record/delivery-log.ts';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';
import { triggerOf } from './trigger-of.ts';

let environment: GitHubEnvironment;
beforeAll(async () => {
  environment = await openEnvironment();
});
afterAll(() => environment.close());

const AGO = (ms: number) => new Date(Date.now() - ms);
const failed = async (since: Date) =>
  (await Array.fromAsync(environment.gatehouse.record.deliveries(since, 'failed'))).flat();

it('tells the deliveries that nobody took, newest first, with what they carried', async () => {
  const number = await environment.openIssue(environment.alice, 'It subtracts');
  await environment.comment(environment.alice, number, 'Two and two is four.');
  await environment.github.idle();
  const sent = environment.github.deliveries();
  const entries = await failed(AGO(60_000));
  expect(entries).toEqual(
    sent
      .map(({ id, guid, event, action }) => ({ id: String(id), guid, event, action }))
      .toReversed(),
  );
  for (const { id } of entries) {
    const payload = await environment.gatehouse.record.payload(id);
    const original = sent.find(delivery => String(delivery.id) === id)?.payload ?? '';
    expect(JSON.parse(`${payload}`)).toEqual(JSON.parse(original));
  }
});

it('reads what a delivery carried, also where it holds numbers that JavaScript has no room for', async () => {
  const since = new Date();
  const client_payload = { at: 1_767_225_600_000_000_000 };
  await environment.as(environment.alice, 'POST', '/dispatches', {
    event_type: 'x',
    client_payload,
  });
  await environment.github.idle();
  const [entry] = await failed(since);
  expect(entry?.event).toBe('repository_dispatch');
  const payload = await environment.gatehouse.record.payload(entry?.id ?? '');
  expect(`${payload}`).toContain('"at":1767225600000000000');
});

it('warns of entries that have a form that it does not know', async () => {
  const warned: unknown[] = [];
  const page = { data: [{ id: 'new' }, { id: 1.5 }] };
  const app = {
    rest: { apps: {} },
    paginate: {
      iterator: async function* () {
        yield page;
      },
    },
  } as never;
  const log = { warn: (fields: object) => warned.push(fields) };
  const pages = await Array.fromAsync(loggedDeliveries({ app, log }, AGO(1), 'all'));
  expect(pages).toEqual([[]]);
  expect(warned).toEqual([{ malformed: 2, of: 2 }]);
});

it('reads page after page, and stops where they are too old', async () => {
  const before = environment.github.deliveries().length;
  const since = new Date();
  const number = await environment.openIssue(environment.bob, 'Many words');
  for (let n = 0; n < 120; n += 1)
    await environment.as(
      n % 2 ? environment.alice : environment.bob,
      'PATCH',
      `/issues/${number}`,
      {
        title: `Word ${n}`,
      },
    );
  await environment.github.idle();
  const later = environment.github.deliveries().slice(before);
  expect(later.length).toBeGreaterThan(100);
  const entries = await failed(since);
  expect(entries.map(({ id }) => id)).toEqual(later.map(({ id }) => String(id)).toReversed());
});

it('says so where GitHub does not answer', async () => {
  environment.github.faults.api({ match: 'apps/list-webhook-deliveries', status: 502 });
  await expect(failed(AGO(60_000))).rejects.toMatchObject({
    class: 'server',
    message: expect.stringContaining('log of deliveries'),
  });
  await expect(environment.gatehouse.record.payload('1')).rejects.toMatchObject({
    class: 'not_found',
  });
});

it('tells the open pull requests on whose head our check does not stand', async () => {
  const { github, gatehouse, repository } = environment;
  const [draft, reported, closed] = await Promise.all([
    environment.openPull(environment.bob, { draft: true }),
    environment.openPull(),
    environment.openPull(),
  ]);
  await environment.as(environment.alice, 'PATCH', `/pulls/${closed.number}`, { state: 'closed' });
  await gatehouse.writes.showHead(
    repository,
    { pull: reported.number, group: false, head: reported.sha },
    { conclusion: 'success', tasks: [], followed: true },
  );
  // A check of our name by another App is not ours.
  await github.reportCheckRun(environment.handle, {
    name: 'gatehouse',
    headSha: draft.sha,
    conclusion: 'success',
  });
  const fork = await github.forkRepository(environment.handle, environment.carol);
  const sha = await github.push(fork, {
    branch: 'outside',
    changes: { 'out.js': 'export {};\n' },
    message: 'From outside',
    author: environment.carol,
  });
  const outside = await environment.as(environment.carol, 'POST', '/pulls', {
    title: 'From outside',
    head: 'carol:outside',
    base: 'main',
  });
  const unreported = async () =>
    (await gatehouse.record.unreported([repository])).get(repository.id) ?? [];
  // What could be merged lacks nothing that is required.
  expect(JSON.stringify(await unreported())).not.toContain(sha);
  const check = { context: 'gatehouse', appId: gatehouse.app.id };
  github.protectBranch(environment.handle, 'main', { requiredChecks: [check] });
  const found = await unreported();
  github.protectBranch(environment.handle, 'main', null);
  expect(found.map(({ base }) => base)).toEqual(['main', 'main']);
  const triggers = found.map(({ event }) => triggerOf(event, gatehouse.app));
  const missing = (of: { pull: number; head: string; fork: boolean }) =>
    expect.objectContaining({ kind: 'pull_content', ...of });
  expect(await Promise.all(triggers)).toEqual(
    expect.arrayContaining([
      missing({ pull: draft.number, head: draft.sha, fork: false }),
      missing({ pull: outside.number, head: sha, fork: true }),
    ]),
  );
});

describe('what happened in a repository', () => {
  /** As triggers: what the deliveries would have meant. */
  const happened = async (since: Date, pulls: number[] = []) => {
    const { record, app } = environment.gatehouse;
    const { events } = await record.missedEvents(environment.repository, since, pulls);
    return Promise.all(
      events.map(async ({ event, payload, at }) => ({
        at,
        ...(await triggerOf({ event, payload }, app)),
      })),
    );
  };
  const account = ({ id, login }: { id: number; login: string }) => ({ id, login, type: 'User' });

  it('is told of every installation and its repositories', async () => {
    const [installed, ...others] = await Array.fromAsync(
      environment.gatehouse.record.installations(),
    );
    expect(others).toEqual([]);
    expect(installed?.repositories).toEqual([environment.repository]);
    expect(installed?.since.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('is told of all but the installations that can not be read now', async () => {
    const { github, gatehouse, app, alice, installation } = environment;
    const other = await github.createRepository({ owner: alice, name: 'own', files: { a: 'a' } });
    const second = github.installApp(app, alice, [other]);
    const told = async () =>
      (await Array.fromAsync(gatehouse.record.installations())).map(({ id }) => id);
    expect(await told()).toEqual([installation.id, second.id]);
    github.faults.api({ match: 'apps/list-repos-accessible-to-installation', status: 502 });
    expect(await told()).toEqual([second.id]);
    github.faults.api({ match: 'apps/list-repos-accessible-to-installation', status: 502 });
    const only = Array.fromAsync(gatehouse.record.installations(installation.id));
    await expect(only).rejects.toMatchObject({ class: 'server' });
    github.uninstallApp(second);
  });

  it('no comment that was deleted since', async () => {
    const number = await environment.openIssue(environment.alice, 'It subtracts');
    const { id } = await environment.comment(environment.bob, number, '/agent fix');
    const left = await environment.comment(environment.bob, number, '/agent status');
    await environment.as(environment.bob, 'DELETE', `/issues/comments/${id}`);
    const calls = (await happened(AGO(60_000))).filter(
      one => 'issue' in one && one.issue === number,
    );
    expect(calls).toMatchObject([{ kind: 'command', target: { id: left.id } }]);
    // What was found before it was deleted is acknowledged nowhere, and nothing fails by that.
    const target = { kind: 'issue_comment' as const, number, id };
    await environment.gatehouse.writes.acknowledge(environment.repository, target);
  });

  it('labels that still stand, in the name of who put them last', async () => {
    const number = await environment.openIssue(environment.carol, 'It subtracts');
    const put = (user: { token: string }) =>
      environment.as(user, 'POST', `/issues/${number}/labels`, { labels: ['agent:fix', 'bug'] });
    await put(environment.alice);
    await environment.as(environment.alice, 'DELETE', `/issues/${number}/labels/agent:fix`);
    await put(environment.bob);
    const label = { kind: 'command', issue: number, isPull: false, label: 'agent:fix' };
    expect(await happened(AGO(60_000))).toContainEqual(
      expect.objectContaining({
        ...label,
        by: account(environment.bob),
        repository: environment.repository,
        commands: [{ name: 'fix', text: '' }],
      }),
    );
    await environment.as(environment.bob, 'DELETE', `/issues/${number}/labels/agent:fix`);
    expect(await happened(AGO(60_000))).not.toContainEqual(expect.objectContaining(label));
  });

  it('labels on pull requests as well', async () => {
    const { number } = await environment.openPull();
    await environment.as(environment.bob, 'POST', `/issues/${number}/labels`, {
      labels: ['agent:test'],
    });
    expect(await happened(AGO(60_000))).toContainEqual(
      expect.objectContaining({
        kind: 'command',
        issue: number,
        isPull: true,
        label: 'agent:test',
        by: account(environment.bob),
      }),
    );
  });

  it('statuses of commits, as those of others', async () => {
    const { number, sha, branch } = await environment.openPull();
    const report = (state: string, context: string) =>
      environment.as(environment.bob, 'POST', `/statuses/${sha}`, { state, context });
    await report('failure', 'ci/jenkins');
    await report('success', 'ci/lint');
    const at = { head: sha, pulls: [], branches: [branch] };
    expect(await happened(AGO(60_000), [number])).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'check_failed',
          failed: { by: 'status', id: expect.any(Number), name: 'ci/jenkins' },
          at,
        }),
        expect.objectContaining({
          kind: 'checks_changed',
          check: { name: 'ci/lint', state: 'green' },
          at,
        }),
      ]),
    );
  });

  it('and what can not be read stops nothing else', async () => {
    const { number } = await environment.openPull();
    const { record } = environment.gatehouse;
    const found = await record.missedEvents(environment.repository, AGO(60_000), [9_999, number]);
    expect(found.skipped).toEqual([
      { what: 'pull request #9999', problem: expect.stringContaining('Not Found') },
    ]);
    expect(found.events).toContainEqual(
      expect.objectContaining({
        event: 'pull_request',
        payload: expect.objectContaining({ action: 'synchronize' }),
      }),
    );
  });

  it('and an issue whose events GitHub does not show costs no label of another', async () => {
    const [hidden, shown] = [
      await environment.openIssue(environment.carol, 'Hidden'),
      await environment.openIssue(environment.carol, 'Shown'),
    ];
    for (const number of [hidden, shown])
      await environment.as(environment.bob, 'POST', `/issues/${number}/labels`, {
        labels: ['agent:lint'],
      });
    environment.github.faults.api({ match: new RegExp(`/issues/${hidden}/events$`), status: 422 });
    const { record } = environment.gatehouse;
    const found = await record.missedEvents(environment.repository, AGO(60_000), []);
    environment.github.faults.clear();
    expect(found.skipped).toMatchObject([{ what: `the label agent:lint of #${hidden}` }]);
    expect(found.events).toContainEqual(
      expect.objectContaining({ payload: expect.objectContaining({ issue: { number: shown } }) }),
    );
  });

  it('commands in comments, as they were written', async () => {
    const number = await environment.openIssue(environment.carol, 'It multiplies');
    await environment.comment(environment.alice, number, 'Nothing for /agents here.');
    const { id } = await environment.comment(environment.bob, number, '/agent fix the sum');
    const found = (await happened(AGO(60_000))).filter(
      one => 'issue' in one && one.issue === number,
    );
    expect(found).toEqual([
      expect.objectContaining({
        kind: 'command',
        by: account(environment.bob),
        target: { kind: 'issue_comment', number, id },
        commands: [{ name: 'fix', text: 'the sum' }],
        at: expect.any(Date),
      }),
    ]);
    const later = new Date(Date.now() + 60_000);
    expect((await happened(later)).filter(one => 'issue' in one)).toEqual([]);
  });

  it('the head, reviews, checks and comments of a pull request', async () => {
    const { number, sha } = await environment.openPull();
    const review = await environment.as(environment.alice, 'POST', `/pulls/${number}/reviews`, {
      event: 'APPROVE',
      body: '',
    });
    await environment.github.reportCheckRun(environment.handle, {
      name: 'ci',
      headSha: sha,
      conclusion: 'failure',
    });
    const { repository } = environment;
    const found = await happened(AGO(60_000), [number]);
    expect(found).toContainEqual(
      expect.objectContaining({
        kind: 'head_moved',
        // GitHub may deliver the same push later, and say who pushed.
        key: `head:${repository.id}:${number}:${sha}:found`,
        repository,
        pull: number,
        head: sha,
      }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({
        kind: 'review',
        pull: number,
        by: account(environment.alice),
        review: { id: review.id, state: 'APPROVED', commit: sha },
      }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({
        kind: 'check_failed',
        failed: expect.objectContaining({ by: 'run', name: 'ci' }),
        at: expect.objectContaining({ head: sha, pulls: [number] }),
      }),
    );
    await environment.as(environment.bob, 'PATCH', `/pulls/${number}`, { state: 'closed' });
    expect(await happened(AGO(60_000), [number])).toContainEqual(
      expect.objectContaining({ kind: 'pull_state', pull: number, action: 'closed' }),
    );
  });
});

it('gives back the anchors of the log that stand on pull requests of ours, or where it is told to look', async () => {
  const { gatehouse, repository, octokit, at, github, handle, alice } = environment;
  const anchor = {
    v: 1 as const,
    checkpoint: 3,
    hash: `sha256:${'a'.repeat(64)}` as const,
    at: '2026-11-28T12:00:00.000Z',
    ends: [{ stream: 'task/42-1-0a1b', seq: 7, hash: `sha256:${'b'.repeat(64)}` as const }],
    signature: 'c2lnbmVk',
  };
  const sha = await github.push(handle, {
    branch: 'gatehouse/one',
    changes: { 'one.txt': 'one\n' },
    message: 'One',
    author: alice,
  });
  await octokit.rest.pulls.create({ ...at, title: 'One', head: 'gatehouse/one', base: 'main' });
  const { sha: elsewhere } = await environment.openPull();
  const shown = await gatehouse.writes.showAnchor(repository, sha, anchor);
  expect(shown).toEqual({ url: expect.stringMatching(/^http/) });
  const later = { ...anchor, checkpoint: 4 };
  const there = await gatehouse.writes.showAnchor(repository, elsewhere, anchor);
  const alsoThere = await gatehouse.writes.showAnchor(repository, elsewhere, later);
  // Whoever may write checks can write one by that name.
  const { data: other } = await octokit.rest.checks.create({
    ...at,
    name: 'gatehouse/log',
    head_sha: sha,
    status: 'completed',
    conclusion: 'neutral',
    output: { title: 'x', summary: 'x', text: '```json\n{"v":1}\n```' },
  });
  expect(await Array.fromAsync(gatehouse.record.anchors(repository))).toEqual([anchor]);
  const onPull = { is: 'kept', place: shown.url, anchor };
  expect(await Array.fromAsync(gatehouse.record.anchorsAt([]))).toEqual([onPull]);
  const gone = there.url.replace(/\d+$/, '999999');
  const away = there.url.replace('/library/', '/nowhere/');
  const places = [alsoThere.url, there.url, shown.url, gone, other.html_url ?? '', `${away}1`];
  const found = await Array.fromAsync(gatehouse.record.anchorsAt(places));
  expect(found).toHaveLength(places.length);
  expect(found).toEqual(
    expect.arrayContaining([
      onPull,
      { is: 'kept', place: there.url, anchor },
      { is: 'kept', place: alsoThere.url, anchor: later },
      { is: 'missing', place: gone },
      { is: 'missing', place: other.html_url },
      { is: 'unasked', place: `${away}1`, problem: expect.stringContaining('not installed') },
    ]),
  );
});
