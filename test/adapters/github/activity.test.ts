/** Whether anything happens in many repositories is asked in one query. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Activity, Installed } from '../../../src/engine/ports/github-record.ts';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';

let environment: GitHubEnvironment;
beforeAll(async () => {
  environment = await openEnvironment();
});
afterAll(() => environment.close());
// GitHub's times are whole seconds: what happens in another one has another time.
beforeEach(() => environment.github.advanceClock(2_000));

async function installed(): Promise<Installed> {
  const [first] = await Array.fromAsync(environment.gatehouse.record.installations());
  if (!first) throw new Error('the App is installed nowhere');
  return first;
}

async function look(pulls: [number, number[]][] = []): Promise<Activity | undefined> {
  const { record } = environment.gatehouse;
  return (await record.activity(await installed(), new Map(pulls))).get(environment.handle.id);
}

it('tells when something last changed, and that nothing did', async () => {
  const number = await environment.openIssue(environment.alice, 'It subtracts');
  const before = await look();
  expect(before?.newest).toBeInstanceOf(Date);
  environment.github.advanceClock(2_000);
  expect(await look()).toEqual(before);
  await environment.comment(environment.bob, number, 'Two and two is four.');
  const after = await look();
  expect(after?.newest?.getTime()).toBeGreaterThan(before?.newest?.getTime() ?? 0);
});

it.each([
  [
    'a label',
    async ({ issue }: { issue: number }) =>
      environment.as(environment.alice, 'POST', `/issues/${issue}/labels`, { labels: ['bug'] }),
  ],
  [
    'a lock',
    async ({ issue }: { issue: number }) =>
      environment.as(environment.alice, 'PUT', `/issues/${issue}/lock`),
  ],
  [
    'a review',
    async ({ pull }: { pull: number }) =>
      environment.as(environment.alice, 'POST', `/pulls/${pull}/reviews`, { event: 'APPROVE' }),
  ],
  [
    'a push',
    async ({ branch }: { branch: string }) =>
      environment.github.push(environment.handle, {
        branch,
        changes: { more: 'more\n' },
        message: 'More',
        author: environment.bob,
      }),
  ],
  [
    'a check of a pull request that is asked about',
    async ({ sha }: { sha: string }) =>
      environment.github.reportCheckRun(environment.handle, {
        name: 'ci',
        headSha: sha,
        conclusion: 'failure',
      }),
  ],
])('tells that there was %s', async (_, happen) => {
  const issue = await environment.openIssue(environment.alice, 'It subtracts');
  const { number: pull, sha, branch } = await environment.openPull();
  const asked: [number, number[]][] = [[environment.handle.id, [pull]]];
  const before = await look(asked);
  environment.github.advanceClock(2_000);
  await happen({ issue, pull, branch, sha });
  expect(await look(asked)).not.toEqual(before);
});

it('leaves out what GitHub does not tell of, or has another of by that name', async () => {
  const { record } = environment.gatehouse;
  const found = await installed();
  const gone = { ...environment.repository, id: 4_711, name: 'gone' };
  const other = { ...environment.repository, id: 4_712 };
  const repositories = [gone, other, ...found.repositories];
  const activity = await record.activity({ ...found, repositories }, new Map());
  expect([...activity.keys()]).toEqual([environment.handle.id]);
});
