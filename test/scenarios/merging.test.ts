/** Merging in the background: the lowest of a stack, and a merge whose answer never arrives. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NO_CI_TO_AWAIT, openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') });
});
afterAll(() => environment.close());

it('merges the lowest of a stack, once, though the answer is lost, and nothing above it', async () => {
  const scenario = await environment.scenario(NO_CI_TO_AWAIT);
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
  const scenario = await environment.scenario(NO_CI_TO_AWAIT);
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
