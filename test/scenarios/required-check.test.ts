/** Our check where it is required: on people's pull requests, in the merge queue, and asked for again. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HANGS_MS, until } from '../demo/until.ts';
import { MERGE_TEXTS } from '../simulator/world/repositories.ts';
import {
  FILES,
  openScenarios,
  type ScenarioEnvironment,
  UNTESTED,
  UNTESTED_WITHOUT_CI,
} from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') });
});
afterAll(() => environment.close());

type Scenario = Awaited<ReturnType<ScenarioEnvironment['scenario']>>;

/** A repository whose default branch requires our check. */
async function requiring(): Promise<Scenario> {
  const scenario = await environment.scenario(UNTESTED);
  environment.github.protectBranch(scenario.repository, 'main', {
    requiredChecks: [{ context: 'gatehouse', appId: environment.app.id }],
  });
  return scenario;
}

/** Mona pushes a branch, from the default one or another, and opens a pull request of hers. */
async function byMona(scenario: Scenario, branch: string, from = 'main') {
  const change = { branch, from, changes: { [`${branch}.txt`]: 'hers' }, message: 'Hers' };
  const author = environment.users.mona;
  const head = await environment.github.push(scenario.repository, { ...change, author });
  return { head, number: await open(scenario, branch) };
}

async function open(scenario: Scenario, branch: string): Promise<number> {
  const pull = { title: `From ${branch}`, head: branch, base: 'main' };
  return (await scenario.mona.request('POST', '/pulls', pull)).number;
}

type Check = { id: number; conclusion: string; output: { title: string; summary: string } };

/** Waits until our check on the commit is like that. */
const checked = (scenario: Scenario, head: string, conclusion: string, title: RegExp) =>
  until(
    `a check that is ${conclusion} and says ${title}`,
    async () => {
      const check: Check | undefined = await scenario.check(head);
      return check?.conclusion === conclusion && title.test(check.output.title) ? check : null;
    },
    HANGS_MS,
  );

it.concurrent("reports on people's pull requests at once, and again when asked", async () => {
  const scenario = await requiring();
  const { head, number } = await byMona(scenario, 'topic');
  const first = await checked(scenario, head, 'success', /^Nothing to judge$/);
  expect(await scenario.mona.get(`/pulls/${number}`)).toMatchObject({ mergeable_state: 'clean' });
  const { check_suites } = await scenario.mona.get(`/commits/${head}/check-suites`);
  const [suite] = check_suites.filter(
    (one: { app: { id: number } }) => one.app.id === environment.app.id,
  );
  // Re-run, and Re-run all: to GitHub the suite is not done until something is written again.
  for (const again of [`/check-runs/${first.id}`, `/check-suites/${suite.id}`]) {
    await scenario.mona.request('POST', `${again}/rerequest`);
    await until('the suite to be done', async () => {
      const { status } = await scenario.mona.get(`/check-suites/${suite.id}`);
      return status === 'completed' || null;
    });
  }
  // A push is a new head.
  const next = await environment.github.push(scenario.repository, {
    branch: 'topic',
    changes: { 'more.txt': 'more' },
    message: 'More',
    author: environment.users.mona,
  });
  await checked(scenario, next, 'success', /^Nothing to judge$/);
});

/** Otto opens a pull request from his fork, as a draft. */
async function fromFork(scenario: Scenario) {
  const { github, users } = environment;
  const fork = await github.forkRepository(scenario.repository, users.otto);
  const head = await github.push(fork, {
    branch: 'main',
    changes: { 'outside.txt': 'his' },
    message: 'His',
    author: users.otto,
  });
  const pull = { title: 'From outside', head: 'otto:main', base: 'main', draft: true };
  const { number } = await scenario.otto.request('POST', '/pulls', pull);
  return { fork, head, number: number as number };
}

it.concurrent('reports on drafts from forks, and again after the fork is deleted and they are closed', async () => {
  const scenario = await requiring();
  const { fork, head, number } = await fromFork(scenario);
  const first = await checked(scenario, head, 'success', /^Nothing to judge$/);
  environment.github.deleteRepository(fork);
  await scenario.mona.request('PATCH', `/pulls/${number}`, { state: 'closed' });
  await scenario.mona.request('POST', `/check-runs/${first.id}/rerequest`);
  await until('it to be judged again', async () => {
    const { check_suite } = await scenario.mona.get(`/check-runs/${first.id}`);
    const { status } = await scenario.mona.get(`/check-suites/${check_suite.id}`);
    return status === 'completed' || null;
  });
});

it.concurrent("shows the task's verdict on a pull request that has its work, until that is merged", async () => {
  const scenario = await requiring();
  const { pull, head } = await scenario.waiting();
  const { ref } = (await scenario.mona.get(`/pulls/${pull}`)).head;
  const hers = await byMona(scenario, 'hers', ref);
  const held = /^It has work that is not allowed here: It subtracts \(Waiting for approval/;
  const check = await checked(scenario, hers.head, 'action_required', held);
  expect(check.output.summary).toContain(`#${pull}`);
  expect(await scenario.mona.get(`/pulls/${hers.number}`)).toMatchObject({
    mergeable_state: 'blocked',
  });
  // Another pull request of the very same commit has the task's own check, and no other of ours.
  await scenario.mona.request('POST', '/git/refs', { ref: 'refs/heads/same', sha: head });
  const same = await open(scenario, 'same');
  await environment.github.idle();
  const ours = `/commits/${head}/check-runs?check_name=gatehouse&filter=all`;
  const { check_runs } = await scenario.mona.get(ours);
  expect(new Set(check_runs.map((run: { external_id: string }) => run.external_id))).toEqual(
    new Set([await scenario.task()]),
  );
  expect(await scenario.mona.get(`/pulls/${same}`)).toMatchObject({ mergeable_state: 'blocked' });

  await scenario.rey.approve(pull);
  await scenario.when('the end', v => v.status === 'success');
  await checked(scenario, hers.head, 'success', /^It subtracts/);
});

it.concurrent('reports on merge groups: what is in them has to be allowed', async () => {
  const scenario = await requiring();
  const { mona } = environment.users;
  const hers = await byMona(scenario, 'topic');
  const group = (pull: number) =>
    environment.github.makeMergeGroup(scenario.repository, pull, mona);
  await checked(scenario, await group(hers.number), 'success', /^Nothing to judge$/);
  const { pull } = await scenario.waiting();
  const ours = await group(pull);
  await checked(scenario, ours, 'action_required', /^It has work that is not allowed here/);
  await scenario.rey.approve(pull);
  await scenario.when('the end', v => v.status === 'success');
  await checked(scenario, ours, 'success', /^It subtracts/);
});

it.concurrent('judges all that is in a merge group, also what is ahead and squashed', async () => {
  const { github, app, users } = environment;
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  // A squashed commit without a trailer says nothing of whose work it is.
  github.setMergeTexts(scenario.repository, { ...MERGE_TEXTS, squashMessage: 'BLANK' });
  github.protectBranch(scenario.repository, 'main', {
    mergeQueue: 'ruleset',
    queueMethod: 'squash',
    requiredChecks: [{ context: 'gatehouse', appId: app.id }, { context: 'ci' }],
  });
  const ci = (headSha: string) =>
    github.reportCheckRun(scenario.repository, { name: 'ci', headSha, conclusion: 'success' });
  const ours = await scenario.waiting();
  await ci(ours.head);
  await scenario.rey.approve(ours.pull);
  await scenario.when('to be queued', v => /in the merge queue/.test(v.reason));
  const hers = await byMona(scenario, 'topic');
  await ci(hers.head);
  await checked(scenario, hers.head, 'success', /^Nothing to judge$/);
  const { node_id } = await scenario.mona.get(`/pulls/${hers.number}`);
  expect((await github.enqueuePull(users.mona, node_id)).errors).toBeUndefined();
  const group = async (pull: number) => {
    const branches: { name: string; commit: { sha: string } }[] =
      await scenario.mona.get('/branches');
    const found = branches.find(({ name }) => name.includes(`/pr-${pull}-`));
    if (!found) throw new Error(`#${pull} has no group`);
    return found.commit.sha;
  };
  const both = await group(hers.number);
  const check = await checked(scenario, both, 'success', /^It subtracts/);
  expect(check.output.summary).toContain(`#${ours.pull}`);
  await ci(await group(ours.pull));
  await scenario.when('the end', v => v.status === 'success');
  await ci(both);
  await until('hers to be merged', async () =>
    (await scenario.mona.get(`/pulls/${hers.number}`)).merged ? true : null,
  );
});

it.concurrent('tries again what failed, for people who may start work', async () => {
  const scenario = await environment.scenario();
  const { pull, head } = await scenario.waiting();
  const rules = (never: string) =>
    environment.github.push(scenario.repository, {
      branch: 'main',
      changes: { '.github/gatehouse.yml': `${FILES['.github/gatehouse.yml']}${never}` },
      message: 'Rules',
      author: environment.users.mona,
    });
  await rules('scopes: { never: [sum.js] }\n');
  await scenario.rey.approve(pull);
  await scenario.when('a failure', v => v.status === 'failure');
  const failed = await checked(scenario, head, 'failure', /^Failed/);
  const retry = (by: typeof environment.users.mona) =>
    environment.github.requestCheckAction(scenario.repository, failed.id, 'retry', by);
  await retry(environment.users.otto);
  await rules('');
  await environment.github.idle();
  expect((await scenario.view()).status).toBe('failure');
  await retry(environment.users.mona);
  await scenario.when('the end', v => v.status === 'success');
  const [retried] = await scenario.events('task.retried');
  const by = { kind: 'person', id: environment.users.mona.id, login: 'mona' };
  expect(retried?.data).toEqual({ by, instructions: '', origin: 'comment' });
});
