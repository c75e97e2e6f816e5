/** GitHub's own memory, read by the App from the local GitHub. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScene, type Scene } from './scene.ts';
import { triggerOf } from './trigger-of.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.end());

const AGO = (ms: number) => new Date(Date.now() - ms);
const failed = async (since: Date) =>
  (await Array.fromAsync(scene.gatehouse.record.failedDeliveries(since))).flat();

it('tells the deliveries that nobody took, newest first, with what they carried', async () => {
  const number = await scene.openIssue(scene.alice, 'It subtracts');
  await scene.comment(scene.alice, number, 'Two and two is four.');
  await scene.github.idle();
  const sent = scene.github.deliveries();
  const entries = await failed(AGO(60_000));
  expect(entries).toEqual(sent.map(({ id, guid, event }) => ({ id, guid, event })).toReversed());
  for (const { id } of entries) {
    const payload = await scene.gatehouse.record.payload(id);
    const original = sent.find(delivery => delivery.id === id)?.payload ?? '';
    expect(JSON.parse(`${payload}`)).toEqual(JSON.parse(original));
  }
});

it('reads page after page, and stops where they are too old', async () => {
  const before = scene.github.deliveries().length;
  const since = new Date();
  const number = await scene.openIssue(scene.bob, 'Many words');
  for (let n = 0; n < 120; n += 1)
    await scene.as(n % 2 ? scene.alice : scene.bob, 'PATCH', `/issues/${number}`, {
      title: `Word ${n}`,
    });
  await scene.github.idle();
  const later = scene.github.deliveries().slice(before);
  expect(later.length).toBeGreaterThan(100);
  const entries = await failed(since);
  expect(entries.map(({ id }) => id)).toEqual(later.map(({ id }) => id).toReversed());
});

it('says so where GitHub does not answer', async () => {
  scene.github.faults.api({ match: 'apps/list-webhook-deliveries', status: 502 });
  await expect(failed(AGO(60_000))).rejects.toMatchObject({
    class: 'server',
    message: expect.stringContaining('log of deliveries'),
  });
  await expect(scene.gatehouse.record.payload(1)).rejects.toMatchObject({ class: 'not_found' });
});

describe('what happened in a repository', () => {
  /** As triggers: what the deliveries would have meant. */
  const happened = async (since: Date, pulls: number[] = []) =>
    (await scene.gatehouse.record.missedEvents(scene.repository, since, pulls)).map(
      ({ event, payload, at }) => ({ at, ...triggerOf({ event, payload }, scene.gatehouse.app) }),
    );
  const account = ({ id, login }: { id: number; login: string }) => ({ id, login, type: 'User' });

  it('is told of every installation and its repositories', async () => {
    const [installed, ...others] = await Array.fromAsync(scene.gatehouse.record.installations());
    expect(others).toEqual([]);
    expect(installed?.repositories).toEqual([scene.repository]);
    expect(installed?.since.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('labels that still stand, in the name of who put them last', async () => {
    const number = await scene.openIssue(scene.carol, 'It subtracts');
    const put = (user: { token: string }) =>
      scene.as(user, 'POST', `/issues/${number}/labels`, { labels: ['agent:fix', 'bug'] });
    await put(scene.alice);
    await scene.as(scene.alice, 'DELETE', `/issues/${number}/labels/agent:fix`);
    await put(scene.bob);
    const label = { kind: 'command', issue: number, isPull: false, label: 'agent:fix' };
    expect(await happened(AGO(60_000))).toContainEqual(
      expect.objectContaining({
        ...label,
        by: account(scene.bob),
        repository: scene.repository,
        command: { name: 'fix', text: '' },
      }),
    );
    await scene.as(scene.bob, 'DELETE', `/issues/${number}/labels/agent:fix`);
    expect(await happened(AGO(60_000))).not.toContainEqual(expect.objectContaining(label));
  });

  it('commands in comments, as they were written', async () => {
    const number = await scene.openIssue(scene.carol, 'It multiplies');
    await scene.comment(scene.alice, number, 'Nothing for /agents here.');
    const { id } = await scene.comment(scene.bob, number, '/agent fix the sum');
    const found = (await happened(AGO(60_000))).filter(
      one => 'issue' in one && one.issue === number,
    );
    expect(found).toEqual([
      expect.objectContaining({
        kind: 'command',
        by: account(scene.bob),
        target: { kind: 'issue_comment', number, id },
        command: { name: 'fix', text: 'the sum' },
        at: expect.any(Date),
      }),
    ]);
    const later = new Date(Date.now() + 60_000);
    expect((await happened(later)).filter(one => 'issue' in one)).toEqual([]);
  });

  it('the head, reviews, checks and comments of a pull request', async () => {
    const { number, sha } = await scene.openPull();
    const review = await scene.as(scene.alice, 'POST', `/pulls/${number}/reviews`, {
      event: 'APPROVE',
      body: '',
    });
    await scene.github.reportCheckRun(scene.handle, {
      name: 'ci',
      headSha: sha,
      conclusion: 'failure',
    });
    const { repository } = scene;
    const found = await happened(AGO(60_000), [number]);
    expect(found).toContainEqual(
      expect.objectContaining({ kind: 'head_moved', repository, pull: number, head: sha }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({
        kind: 'review',
        pull: number,
        by: account(scene.alice),
        review: { id: review.id, state: 'APPROVED', commit: sha },
      }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({
        kind: 'check_failed',
        pulls: [number],
        check: expect.objectContaining({ name: 'ci', head: sha }),
      }),
    );
    await scene.as(scene.bob, 'PATCH', `/pulls/${number}`, { state: 'closed' });
    expect(await happened(AGO(60_000), [number])).toContainEqual(
      expect.objectContaining({ kind: 'pull_state', pull: number, action: 'closed' }),
    );
  });
});
