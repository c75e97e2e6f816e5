/** What GitHub blocks for reasons that it does not give, by the local GitHub: what is said of it, and what is not tried. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Protection } from '../../simulator/world/build.ts';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';

let environment: GitHubEnvironment;
beforeAll(async () => {
  environment = await openEnvironment();
});
afterAll(() => environment.close());

type Opened = Awaited<ReturnType<GitHubEnvironment['openPull']>>;

const merge = ({ number, sha }: Pick<Opened, 'number' | 'sha'>) =>
  environment.gatehouse.writes.merge(environment.repository, {
    number,
    sha,
    base: 'main',
    queued: false,
    fresh: async () => {},
  });

const protect = (rules: Protection | null) =>
  environment.github.protectBranch(environment.handle, 'main', rules);

const blocked = (reason: string) => ({ outcome: 'blocked', reason });
const asksFor = (what: string) => blocked(`GitHub blocks the merge: main asks for ${what}.`);

it.each([true, false])(
  'conversations that nobody resolved, by classic protection: %s',
  async classic => {
    const { github, handle, alice } = environment;
    const pull = await environment.openPull();
    await environment.as(alice, 'POST', `/pulls/${pull.number}/comments`, {
      body: 'Why?',
      commit_id: pull.sha,
      path: 'src/index.js',
      line: 1,
      side: 'RIGHT',
    });
    protect({ conversations: true, classic });
    expect(await merge(pull)).toEqual(asksFor('a conversation to be resolved'));
    await github.resolveConversations(alice, handle, pull.number);
    expect(await merge(pull)).toMatchObject({ outcome: 'merged' });
    protect(null);
  },
);

it('deployments of the head, as far as they are told', async () => {
  const { github, handle, alice } = environment;
  const pull = await environment.openPull();
  const deploy = (environment: string) =>
    github.deploy(handle, { sha: pull.sha, ref: pull.branch, environment }, alice);
  protect({ requiredDeployments: ['staging', 'qa'] });
  expect(await merge(pull)).toEqual(asksFor('a deployment to staging, a deployment to qa'));
  github.reportDeployment(handle, deploy('staging'), { state: 'success' });
  const failed = deploy('qa');
  github.reportDeployment(handle, failed, { state: 'failure' });
  expect(await merge(pull)).toEqual(asksFor('a deployment to qa'));
  protect({ requiredDeployments: ['staging', 'qa'], classic: true });
  expect(await merge(pull)).toEqual(
    blocked(
      'GitHub blocks the merge and does not say why; the page of the pull request may show it.',
    ),
  );
  github.reportDeployment(handle, failed, { state: 'success' });
  expect(await merge(pull)).toMatchObject({ outcome: 'merged' });
  protect(null);
});

it.each<[string, Protection]>([
  ['is locked', { locked: true }],
  ['lets others push alone', { pushers: [1] }],
])('a base that %s', async (_, rules) => {
  const pull = await environment.openPull();
  protect(rules);
  expect(await merge(pull)).toMatchObject({
    outcome: 'blocked',
    reason: expect.stringMatching(
      /lets Gatehouse's App change nothing there: the branch is locked/,
    ),
  });
  protect({ pushers: [environment.app.botUser.id] });
  expect(await merge(pull)).toMatchObject({ outcome: 'merged' });
  protect(null);
});

it('rules that only GitHub can judge are named, and nothing is tried though our App is exempt from them', async () => {
  const pull = await environment.openPull();
  const scanning = {
    type: 'code_scanning',
    parameters: {
      code_scanning_tools: [
        { tool: 'CodeQL', alerts_threshold: 'errors', security_alerts_threshold: 'high_or_higher' },
      ],
    },
  };
  const violated = 'Code scanning is waiting for results from CodeQL.';
  const bypass = [environment.app.botUser.id];
  protect({ bypass, otherRules: [{ ...scanning, violated }] });
  expect(await merge(pull)).toEqual(
    blocked(
      'GitHub blocks the merge and does not say why: main asks for the results of code scanning by CodeQL.',
    ),
  );
  protect({ bypass, otherRules: [{ ...scanning, violated: null }] });
  expect(await merge(pull)).toMatchObject({ outcome: 'merged' });
  protect(null);
});

it('a base that asks for all of it, where GitHub says no more than that it blocks', async () => {
  const { github, handle, alice } = environment;
  const pull = await environment.openPull();
  await github.push(handle, {
    branch: 'main',
    changes: { 'meanwhile.txt': 'meanwhile' },
    message: 'Meanwhile',
    author: alice,
  });
  const requiredChecks = [{ context: 'ci' }];
  protect({
    strict: true,
    requiredChecks,
    otherRules: [{ type: 'deletion', violated: 'Not yet.' }],
  });
  expect(await merge(pull)).toEqual(asksFor('the check ci, a branch that contains all of main'));
  await github.reportCheckRun(handle, { name: 'ci', headSha: pull.sha, conclusion: 'success' });
  expect(await merge(pull)).toEqual({ outcome: 'behind', base: 'main' });
  protect(null);
});

it('by whom it was merged, where auto-merge was faster', async () => {
  const { github, handle, alice } = environment;
  const pull = await environment.openPull();
  github.allowAutoMerge(handle);
  protect({ requiredChecks: [{ context: 'ci' }] });
  const { node_id } = await environment.as(alice, 'GET', `/pulls/${pull.number}`);
  expect((await github.enableAutoMerge(alice, node_id)).errors).toBeUndefined();
  await github.reportCheckRun(handle, { name: 'ci', headSha: pull.sha, conclusion: 'success' });
  const { merge_commit_sha: commit } = await environment.as(alice, 'GET', `/pulls/${pull.number}`);
  expect(await merge(pull)).toEqual({ outcome: 'merged', commit, by: 'person' });
  protect(null);
});
