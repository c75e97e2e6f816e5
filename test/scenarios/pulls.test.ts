/** Work on pull requests of people: on their branch, on one of ours that targets it, and for a fork. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOctokit } from '../../src/adapters/github/client/octokit.ts';
import { SILENT } from '../adapters/github/environment.ts';
import { person } from '../demo/environment.ts';
import { AUTONOMOUS, openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({
    GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts'),
    // No pull request of a person is merged, not even where policy lets all merge.
    ...AUTONOMOUS,
  });
});
afterAll(() => environment.close());

type Scenario = Awaited<ReturnType<ScenarioEnvironment['scenario']>>;
type Opened = { number: number; head: { sha: string } };

/** By mona, on a branch of the same repository. */
async function pullOf(scenario: Scenario, { draft }: { draft: boolean }): Promise<Opened> {
  await environment.github.push(scenario.repository, {
    branch: 'topic',
    changes: { 'TOPIC.md': 'A topic.\n' },
    message: 'Begin',
    author: environment.users.mona,
  });
  const pull = { title: 'A topic', body: 'Draft.', head: 'topic', base: 'main', draft };
  return scenario.mona.request('POST', '/pulls', pull);
}

const sumAt = async ({ mona }: Scenario, ref: string): Promise<string> =>
  Buffer.from((await mona.get(`/contents/sum.js?ref=${ref}`)).content, 'base64').toString();
const FIXED = 'export const sum = (a, b) => a + b;\n';

it('pushes to the branch of whoever asks for it, and merges nothing', async () => {
  const scenario = await environment.scenario();
  const { number, head } = await pullOf(scenario, { draft: true });
  await scenario.otto.comment(number, 'I wonder whether zero works.');
  await scenario.mona.request('POST', `/pulls/${number}/reviews`, {
    event: 'COMMENT',
    body: '/agent fix the sum',
  });
  const view = await scenario.when('the end', v => v.status === 'success');
  expect(view).toMatchObject({ pull: null, worksOn: { pull: number, owner: 'requester' } });
  expect(view.taint).toMatchObject([{ by: { login: 'otto' } }]);
  const after = await scenario.mona.get(`/pulls/${number}`);
  expect(after).toMatchObject({ state: 'open', merged: false, draft: true });
  expect(after.head.sha).toBe(view.worksOn?.pushed);
  const [parent] = (await scenario.mona.get(`/commits/${after.head.sha}`)).parents;
  expect(parent.sha).toBe(head.sha);
  expect(await sumAt(scenario, 'topic')).toBe(FIXED);
  expect(await scenario.said(number, /Pushed/)).toContain(
    `Pushed \`${after.head.sha.slice(0, 7)}\` to \`topic\`.`,
  );
  // Whatever asks again begins again: the answer is never that there is no task.
  await scenario.mona.label(number, 'agent:test');
  await scenario.when('the tests', v => v.command === 'test' && v.status === 'success');
  expect(
    (await scenario.mona.get(`/issues/${number}/labels`)).map((l: { name: string }) => l.name),
  ).toEqual([]);
});

it('asks to change the branch of somebody else by a pull request of its own', async () => {
  const scenario = await environment.scenario();
  const { number, head } = await pullOf(scenario, { draft: false });
  await scenario.rey.label(number, 'agent:fix');
  const view = await scenario.when('the end', v => v.status === 'success');
  expect(view.worksOn).toMatchObject({ pull: number, owner: 'somebody', pushed: null });
  const ours = await scenario.mona.get(`/pulls/${view.pull?.number}`);
  expect(ours).toMatchObject({ state: 'open', draft: false, base: { ref: 'topic' } });
  expect(ours.body).toContain(`For #${number}: A topic`);
  expect((await scenario.mona.get(`/pulls/${number}`)).head.sha).toBe(head.sha);
  // On that one as well, more can be asked for.
  await scenario.mona.comment(ours.number, '/agent test');
  const again = await scenario.when(
    'the tests',
    v => v.command === 'test' && v.status === 'success',
  );
  expect(again.worksOn).toMatchObject({ pull: ours.number, owner: 'task' });
});

it('writes nothing of a fork: its people get the patch', async () => {
  const { github, users } = environment;
  const scenario = await environment.scenario();
  const fork = await github.forkRepository(scenario.repository, users.otto);
  const sha = await github.push(fork, {
    branch: 'topic',
    changes: { 'TOPIC.md': 'A topic.\n' },
    message: 'Begin',
    author: users.otto,
  });
  const pull = { title: 'From outside', head: 'otto:topic', base: 'main' };
  const { number } = await scenario.otto.request('POST', '/pulls', pull);
  await scenario.mona.comment(number, '/agent fix');
  const view = await scenario.when('the end', v => v.status === 'success');
  expect(view).toMatchObject({ pull: null, worksOn: { fork: true, pushed: null } });
  expect(view.taint).toMatchObject([{ source: `pull request #${number}`, by: { login: 'otto' } }]);
  expect(view.steps.map(({ id }) => id)).not.toContain('publish');
  expect(await scenario.said(number, /git apply/)).toContain('a + b');
  const branches: { name: string }[] = await scenario.mona.get('/branches');
  expect(branches.map(({ name }) => name)).toEqual(['main']);
  expect((await scenario.mona.get(`/pulls/${number}`)).head.sha).toBe(sha);
});

it('reads a fork that was deleted, and answers with the patch', async () => {
  const { github } = environment;
  const scenario = await environment.scenario();
  const gil = github.createUser('gil');
  const fork = await github.forkRepository(scenario.repository, gil);
  await github.push(fork, {
    branch: 'topic',
    changes: { 'TOPIC.md': 'A topic.\n' },
    message: 'Begin',
    author: gil,
  });
  const pull = { title: 'From outside', head: 'gil:topic', base: 'main' };
  const { number } = await person(github, gil, scenario.at).request('POST', '/pulls', pull);
  github.deleteRepository(fork);
  await scenario.mona.comment(number, '/agent fix');
  const view = await scenario.when('the end', v => v.status === 'success');
  expect(view.worksOn).toMatchObject({ fork: true, pushed: null });
  expect(await scenario.said(number, /git apply/)).toContain('a + b');
  await scenario.mona.comment(number, '/agent review');
  await scenario.when('the review', v => v.command === 'review' && v.status === 'success');
});

it('asks to change a protected branch by a pull request of its own, whoever asks for it', async () => {
  const { github, users } = environment;
  const scenario = await environment.scenario();
  await github.push(scenario.repository, {
    branch: 'develop',
    changes: { 'DEVELOP.md': 'What comes next.\n' },
    message: 'Begin',
    author: users.mona,
  });
  github.protectBranch(scenario.repository, 'develop', { requiredReviews: 1 });
  const release = { title: 'Release', head: 'develop', base: 'main' };
  const { number, head } = await scenario.mona.request('POST', '/pulls', release);
  await scenario.mona.comment(number, '/agent fix');
  const view = await scenario.when('the end', v => v.status === 'success');
  expect(view.worksOn).toMatchObject({ owner: 'requester', pushed: null });
  const ours = await scenario.mona.get(`/pulls/${view.pull?.number}`);
  expect(ours).toMatchObject({ state: 'open', base: { ref: 'develop' } });
  expect((await scenario.mona.get(`/pulls/${number}`)).head.sha).toBe(head.sha);
});

it('works on what a bot opened where a person asks, and not where the bot does', async () => {
  const { github } = environment;
  const scenario = await environment.scenario();
  const bot = github.createApp({
    name: 'Dependabot',
    owner: scenario.owner,
    permissions: { contents: 'write', issues: 'write', pull_requests: 'write' },
    events: [],
  });
  const installation = github.installApp(bot, scenario.owner, 'all');
  const { rest } = createOctokit({
    baseUrl: `${github.url}/api/v3`,
    log: SILENT,
    auth: { appId: bot.id, privateKey: bot.privateKey, installationId: installation.id },
  });
  const where = { owner: scenario.owner.login, repo: 'sum' };
  const head = 'dependabot/npm/left-pad';
  const sha = await github.push(scenario.repository, {
    branch: head,
    changes: { 'DEPENDENCY.md': 'A new version.\n' },
    message: 'Bump left-pad',
    author: bot.botUser,
  });
  const opened = await rest.pulls.create({ ...where, title: 'Bump left-pad', head, base: 'main' });
  const { number } = opened.data;
  await rest.issues.createComment({ ...where, issue_number: number, body: '/agent test' });
  await scenario.rey.comment(number, '/agent fix');
  const view = await scenario.when('the end', v => v.status === 'success');
  expect(view.worksOn).toMatchObject({ owner: 'somebody', pushed: null });
  expect(view.requester).toMatchObject({ login: 'rey' });
  expect((await scenario.mona.get(`/pulls/${number}`)).head.sha).toBe(sha);
  const { tasks } = environment.gatehouse.parts;
  expect(await tasks.list({ repositoryId: scenario.repository.id })).toHaveLength(1);
});

it('stops where the pull request is closed, and says so where one is merged', async () => {
  const scenario = await environment.scenario();
  const { number } = await pullOf(scenario, { draft: false });
  await scenario.mona.request('PATCH', `/pulls/${number}`, { state: 'closed' });
  await scenario.mona.comment(number, '/agent fix');
  expect(await scenario.said(number, /closed/)).toContain(
    'The pull request is closed: reopen it, and call again.',
  );
  await scenario.mona.request('PATCH', `/pulls/${number}`, { state: 'open' });
  await scenario.mona.request('PUT', `/pulls/${number}/merge`, {});
  await scenario.mona.comment(number, '/agent test');
  expect(await scenario.said(number, /is merged/)).toContain('Open an issue');
});
