/** Merging in the background, what a base asks for besides checks and reviews, and auto-merge. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MERGE_TEXTS } from '../simulator/world/repositories.ts';
import { openScenarios, type ScenarioEnvironment, UNTESTED_WITHOUT_CI } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') });
});
afterAll(() => environment.close());

it('merges the lowest of a stack, once, though the answer is lost, and nothing above it', async () => {
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const { github, users } = environment;
  const { pull } = await scenario.waiting();
  const { head } = await scenario.mona.get(`/pulls/${pull}`);
  await github.push(scenario.repository, {
    branch: 'above',
    from: head.ref,
    changes: { 'above.js': 'export {};\n' },
    message: 'More on top',
    author: users.mona,
  });
  const { number: above } = await scenario.mona.request('POST', '/pulls', {
    title: 'More on top',
    head: 'above',
    base: head.ref,
  });
  github.stackPulls(scenario.repository, [pull, above]);
  github.faults.api({ match: 'pulls/merge-async', status: 'lostAnswer' });
  await scenario.rey.approve(pull);
  await scenario.when('the end', v => v.status === 'success');

  const merged = await scenario.mona.get(`/pulls/${pull}`);
  expect(merged).toMatchObject({ merged: true });
  expect(await scenario.mona.get(`/pulls/${above}`)).toMatchObject({
    merged: false,
    base: { ref: 'main' },
  });
  const [event] = await scenario.events('pull.merged');
  expect(event?.data).toMatchObject({ commit: merged.merge_commit_sha, by: 'gatehouse' });
});

it('waits while GitHub is at it, and gives the reason that GitHub finds in the end', async () => {
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const { github } = environment;
  const { pull } = await scenario.waiting();
  const release = github.holdMerges(scenario.repository);
  await scenario.rey.approve(pull);
  await github.mergeAsked(scenario.repository, pull);
  // A rule that came after it was asked for: GitHub judges rules when it merges.
  github.protectBranch(scenario.repository, 'main', { requiredReviews: 2 });
  release();
  await scenario.when('to wait', v => /At least 2 approving reviews are required/.test(v.reason));
  github.protectBranch(scenario.repository, 'main', null);
  await scenario.otto.comment(pull, 'The rule is gone.');
  await scenario.mona.request('POST', `/pulls/${pull}/reviews`, { event: 'COMMENT', body: 'Oh' });
  await scenario.when('the end', v => v.status === 'success');
});

it('goes on as soon as the conversations, the deployments and the title are there that the base asks for', async () => {
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const { github, users } = environment;
  const { repository } = scenario;
  const asked = { conversations: true, requiredDeployments: ['staging'] };
  const violated = 'Commit message must begin with fix';
  const pattern = { operator: 'starts_with', pattern: 'fix' };
  const ofMerge = (message: string) => message.startsWith('fix');
  const messages = { type: 'commit_message_pattern', parameters: pattern, violated, ofMerge };
  github.protectBranch(repository, 'main', { ...asked, otherRules: [messages] });
  github.setMergeTexts(repository, { ...MERGE_TEXTS, squashTitle: 'PR_TITLE' });
  const { pull, head: sha } = await scenario.waiting();
  const on = { commit_id: sha, path: 'sum.js', line: 1, side: 'RIGHT' };
  await scenario.mona.request('POST', `/pulls/${pull}/comments`, { body: 'Why?', ...on });
  await scenario.rey.approve(pull);
  const asksFor = (what: string) => (v: { reason: string }) =>
    v.reason.includes(`main asks for ${what}.`);
  await scenario.when('both', asksFor('a conversation to be resolved, a deployment to staging'));
  await github.resolveConversations(users.mona, repository, pull);
  await scenario.when('a deployment', asksFor('a deployment to staging'));
  const { ref } = (await scenario.mona.get(`/pulls/${pull}`)).head;
  const deployment = github.deploy(repository, { sha, ref, environment: 'staging' }, users.mona);
  github.reportDeployment(repository, deployment, { state: 'success' });
  // GitHub judges the commit as it makes it, of a title that a person may change.
  await scenario.when('a title', v => v.reason.includes(violated));
  await scenario.mona.request('PATCH', `/pulls/${pull}`, { title: 'fix: It adds' });
  await scenario.when('the end', v => v.status === 'success');
  const told = (await scenario.events('pull.signaled')).map(({ data }) => data.detail);
  expect(told).toEqual(expect.arrayContaining(['conversation', 'deployed', 'rewritten']));
});

it('is merged for whoever enabled auto-merge once our check lets it, and says so', async () => {
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const { github, users, app } = environment;
  github.allowAutoMerge(scenario.repository);
  github.protectBranch(scenario.repository, 'main', {
    requiredChecks: [{ context: 'gatehouse', appId: app.id }],
  });
  const { pull } = await scenario.waiting();
  const { node_id } = await scenario.mona.get(`/pulls/${pull}`);
  expect((await github.enableAutoMerge(users.mona, node_id)).errors).toBeUndefined();
  await scenario.rey.approve(pull);
  await scenario.when('the end', v => v.status === 'success');
  expect(await scenario.mona.get(`/pulls/${pull}`)).toMatchObject({ merged_by: { login: 'mona' } });
  const [event] = await scenario.events('pull.merged');
  expect(event?.data).toMatchObject({ by: 'person' });
});
