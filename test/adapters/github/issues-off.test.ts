/** A repository with its issues switched off: pull requests are looked through, and what can't be is said. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';

let environment: GitHubEnvironment;
beforeAll(async () => {
  environment = await openEnvironment();
});
afterAll(() => environment.close());

it('is looked through past what GitHub does not give, and past what is not there', async () => {
  const { gatehouse, repository, github, handle } = environment;
  const issue = await environment.openIssue(environment.alice, 'It subtracts');
  const { number } = await environment.openPull();
  await environment.comment(environment.bob, number, '/agent status');
  await github.idle();
  github.switchIssues(handle, false);
  await expect(gatehouse.facts.issue(repository, issue)).rejects.toMatchObject({
    class: 'not_found',
    message: expect.stringContaining('Issues are disabled for this repo'),
  });
  const found = await gatehouse.record.missedEvents(repository, new Date(Date.now() - 60_000), [
    9_999,
    number,
  ]);
  expect(found.skipped.map(({ what }) => what)).toEqual([
    'the labels of issues',
    'pull request #9999',
  ]);
  expect(found.skipped[0]?.problem).toContain('Issues are disabled for this repo');
  const about = found.events.map(({ event }) => event);
  expect(about).toContain('issue_comment');
  expect(about).toContain('pull_request');
});
