import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';

let environment: GitHubEnvironment;
beforeAll(async () => {
  environment = await openEnvironment();
});
afterAll(() => environment.close());

it('a check that failed on a commit is found before a status, and none that passed or is ours', async () => {
  const { sha } = await environment.openPull();
  const found = () => environment.gatehouse.facts.failedAt(environment.repository, sha);
  const reported = { headSha: sha, status: 'completed' } as const;
  const report = (name: string, conclusion: 'failure' | 'success') =>
    environment.github.reportCheckRun(environment.handle, { ...reported, name, conclusion });
  await report('lint', 'success');
  await environment.octokit.rest.checks.create({
    ...environment.at,
    ...{ head_sha: sha, name: 'gatehouse', status: 'completed', conclusion: 'failure' },
  });
  expect(await found()).toBeNull();
  const said = { state: 'failure', context: 'ci/jenkins' };
  await environment.as(environment.bob, 'POST', `/statuses/${sha}`, said);
  expect(await found()).toMatchObject({ by: 'status', name: 'ci/jenkins' });
  const { id } = await report('test', 'failure');
  expect(await found()).toEqual({ by: 'run', id, name: 'test' });
});
