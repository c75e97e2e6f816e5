/** What Actions ran on the base, by the local GitHub: what only a schedule or the like starts is not expected. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';

let environment: GitHubEnvironment;
beforeAll(async () => {
  environment = await openEnvironment();
});
afterAll(() => environment.close());

const ran = async (sha: string, event: string, name: string) => {
  const { github, handle } = environment;
  const path = `.github/workflows/${name}.yml`;
  const run = github.startWorkflow(handle, { path, event, branch: 'main', sha });
  await github.reportJob(handle, run, { name });
};

it('expects what pushes start, however often a schedule ran on the same commit', async () => {
  const { number } = await environment.openPull();
  const { commit } = await environment.as(environment.alice, 'GET', '/branches/main');
  await ran(commit.sha, 'push', 'unit');
  await ran(commit.sha, 'release', 'notes');
  for (let time = 0; time < 110; time += 1) await ran(commit.sha, 'schedule', 'nightly');
  await ran(commit.sha, 'issue_comment', 'stale');
  const { ranOnBase } = await environment.gatehouse.facts.expectedChecks(
    environment.repository,
    number,
  );
  expect(ranOnBase).toEqual(['unit']);
  const asked = environment.github
    .requests()
    .filter(({ operation }) => operation === 'actions/list-workflow-runs-for-repo');
  expect(asked).toHaveLength(2);
});
