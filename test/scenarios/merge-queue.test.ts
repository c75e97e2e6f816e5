/** A base that is merged into by GitHub's merge queue alone: put there, followed, thrown out, taken out. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../demo/until.ts';
import { openScenarios, type ScenarioEnvironment, UNTESTED_WITHOUT_CI } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') });
});
afterAll(() => environment.close());

type Scenario = Awaited<ReturnType<ScenarioEnvironment['scenario']>>;

const ci = (scenario: Scenario, headSha: string, conclusion: 'success' | 'failure') =>
  environment.github.reportCheckRun(scenario.repository, { name: 'ci', headSha, conclusion });

/** A pull request that waits for approval, its own checks being green. */
async function open(mergeQueue: 'ruleset' | 'classic') {
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  environment.github.protectBranch(scenario.repository, 'main', {
    mergeQueue,
    requiredChecks: [{ context: 'ci' }, { context: 'gatehouse', appId: environment.app.id }],
  });
  const { pull, head } = await scenario.waiting();
  await ci(scenario, head, 'success');
  return { scenario, pull, head };
}

type Branch = { name: string; commit: { sha: string } };

const groups = async (scenario: Scenario): Promise<string[]> => {
  const branches: Branch[] = await scenario.mona.get('/branches');
  return branches
    .filter(({ name }) => name.startsWith('gh-readonly-queue/main/'))
    .map(({ commit }) => commit.sha);
};

const group = (scenario: Scenario) =>
  until('a merge group', async () => (await groups(scenario))[0]);

const IN_QUEUE = /in the merge queue of main, at position 1/;

it.concurrent.each(['ruleset', 'classic'] as const)(
  'is merged by the queue that a %s rule requires, once it is approved',
  async rule => {
    const { scenario, pull, head } = await open(rule);
    expect(await groups(scenario)).toEqual([]);
    await scenario.rey.approve(pull);
    const waits = await scenario.when('to be queued', v => IN_QUEUE.test(v.reason));
    expect(waits).toMatchObject({ status: 'active', pull: { head } });
    expect(await scenario.mona.get(`/pulls/${pull}`)).toMatchObject({ merged: false });
    const commit = await group(scenario);
    await ci(scenario, commit, 'success');
    await scenario.when('the end', v => v.status === 'success');
    expect((await scenario.mona.get('/branches/main')).commit.sha).toBe(commit);
    const [merged] = await scenario.events('pull.merged');
    expect(merged?.data).toMatchObject({ commit, head, by: 'gatehouse' });
  },
);

it.concurrent('says why it was thrown out and waits, and is put there again when somebody asks', async () => {
  const { scenario, pull, head } = await open('ruleset');
  await scenario.rey.approve(pull);
  await ci(scenario, await group(scenario), 'failure');
  const out = await scenario.when('to be out', v => /took it out.*: ci failure/.test(v.reason));
  expect(out).toMatchObject({ status: 'active', pull: { head } });
  expect(await groups(scenario)).toEqual([]);
  // Whatever else happens, it is not put there again by itself.
  const looks = (await scenario.events('merge.blocked')).length;
  await scenario.mona.request('POST', `/pulls/${pull}/reviews`, { event: 'COMMENT', body: 'Oh' });
  await until('another look', async () => {
    const blocked = await scenario.events('merge.blocked');
    return blocked.length > looks ? blocked : null;
  });
  expect(await groups(scenario)).toEqual([]);

  const check = await scenario.check(head);
  await scenario.mona.request('POST', `/check-runs/${check.id}/rerequest`);
  await ci(scenario, await group(scenario), 'success');
  await scenario.when('the end', v => v.status === 'success');
});

it.concurrent('stays out where a person took it out, until somebody asks', async () => {
  const { scenario, pull, head } = await open('ruleset');
  await scenario.rey.approve(pull);
  await group(scenario);
  await scenario.when('to be queued', v => IN_QUEUE.test(v.reason));
  const { node_id } = await scenario.mona.get(`/pulls/${pull}`);
  const taken = await environment.github.dequeuePull(environment.users.mona, node_id);
  expect(taken.errors).toBeUndefined();
  await scenario.when('to be out', v => /took it out.*: manual/.test(v.reason));
  expect(await groups(scenario)).toEqual([]);
  const check = await scenario.check(head);
  await scenario.mona.request('POST', `/check-runs/${check.id}/rerequest`);
  await ci(scenario, await group(scenario), 'success');
  await scenario.when('the end', v => v.status === 'success');
});

it.concurrent('says that it conflicts with what is ahead of it, and is mended once that is merged', async () => {
  const { github, users } = environment;
  const { scenario, pull, head } = await open('ruleset');
  const hers = await github.push(scenario.repository, {
    branch: 'hers',
    changes: { 'sum.js': 'export const sum = (a, b) => b + a; // either way\n' },
    message: 'Hers',
    author: users.mona,
  });
  const opened = { title: 'Hers', head: 'hers', base: 'main' };
  const { node_id } = await scenario.mona.request('POST', '/pulls', opened);
  await ci(scenario, hers, 'success');
  const enqueued = () => environment.github.enqueuePull(users.mona, node_id);
  await until('hers to be queued', async () => !(await enqueued()).errors || null);
  const ahead = await group(scenario);
  await scenario.rey.approve(pull);
  await scenario.when('to be out', v => /took it out.*: merge conflict/.test(v.reason));
  expect(await groups(scenario)).toEqual([ahead]);
  await ci(scenario, ahead, 'success');
  await until('hers to be merged', async () => (await groups(scenario)).length === 0 || null);
  await scenario.mona.request('POST', `/pulls/${pull}/reviews`, { event: 'COMMENT', body: 'Now' });
  const mended = await scenario.when(
    'a merge commit that is asked about',
    v => v.pull?.head !== head && v.approval?.status === 'requested',
  );
  await ci(scenario, mended.pull?.head ?? '', 'success');
  await scenario.rey.approve(pull);
  await ci(scenario, await group(scenario), 'success');
  await scenario.when('the end', v => v.status === 'success');
});

it.concurrent('is taken out where its approval is taken back, and put there again with another one', async () => {
  const { scenario, pull } = await open('ruleset');
  const review = await scenario.rey.approve(pull);
  await group(scenario);
  await scenario.when('to be queued', v => IN_QUEUE.test(v.reason));
  await scenario.mona.request('PUT', `/pulls/${pull}/reviews/${review.id}/dismissals`, {
    message: 'Not yet',
  });
  await until('no group', async () => (await groups(scenario)).length === 0 || null);
  await scenario.when('to ask again', v => v.approval?.status === 'requested');
  await scenario.rey.approve(pull);
  await ci(scenario, await group(scenario), 'success');
  await scenario.when('the end', v => v.status === 'success');
});

it.concurrent('follows what somebody else put there, and asks anew about what is pushed meanwhile', async () => {
  const { scenario, pull, head } = await open('ruleset');
  const { node_id, head: live } = await scenario.mona.get(`/pulls/${pull}`);
  const { mona } = environment.users;
  // Our check is required and waits for an approval: nobody gets past it, told yet or not.
  const refused = await environment.github.enqueuePull(mona, node_id);
  expect(refused.errors?.[0]?.message).toMatch(/"gatehouse" is (failing|expected)/);
  await scenario.rey.approve(pull);
  await scenario.when('to be queued', v => IN_QUEUE.test(v.reason));
  await environment.github.push(scenario.repository, {
    branch: live.ref,
    changes: { 'more.txt': 'more' },
    message: 'More',
    author: mona,
  });
  const again = await scenario.when('to ask', v => v.approval?.status === 'requested');
  if (!again.pull) throw new Error('there is no pull request');
  expect(again.pull.head).not.toBe(head);
  expect(await groups(scenario)).toEqual([]);

  await ci(scenario, again.pull.head, 'success');
  await scenario.rey.approve(pull);
  await ci(scenario, await group(scenario), 'failure');
  await scenario.when('to be out', v => /took it out/.test(v.reason));
  await environment.github.enqueuePull(mona, node_id);
  await scenario.when('to follow', v => /Somebody else put it there/.test(v.reason));
  await ci(scenario, await group(scenario), 'success');
  await scenario.when('the end', v => v.status === 'success');
});

it.concurrent('is taken out where the task is canceled', async () => {
  const { scenario, pull } = await open('ruleset');
  await scenario.rey.approve(pull);
  await scenario.when('to be queued', v => IN_QUEUE.test(v.reason));
  await scenario.mona.comment(pull, '/agent cancel');
  await scenario.when('the end', v => v.status === 'canceled');
  await until('no group', async () => (await groups(scenario)).length === 0 || null);
  expect(await scenario.mona.get(`/pulls/${pull}`)).toMatchObject({ merged: false });
});

// Not beside the others, whose answers would wait as well.
it('is left where the task is canceled while GitHub is putting it there', async () => {
  const { scenario, pull } = await open('ruleset');
  environment.github.answerTogether('pulls/merge-async', 'issues/create-comment');
  await scenario.rey.approve(pull);
  await group(scenario);
  await scenario.mona.comment(pull, '/agent cancel');
  await scenario.when('the end', v => v.status === 'canceled');
  await until('no group', async () => (await groups(scenario)).length === 0 || null);
  expect(await scenario.mona.get(`/pulls/${pull}`)).toMatchObject({ merged: false });
});
