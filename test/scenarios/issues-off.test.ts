/** A repository with its issues switched off: pull requests go on, and what was asked on an issue ends well. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NO_CI_TO_AWAIT, openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') });
});
afterAll(() => environment.close());

it('works on the pull request of a person, and answers there', async () => {
  const { github, users } = environment;
  const scenario = await environment.scenario(NO_CI_TO_AWAIT);
  github.switchIssues(scenario.repository, false);
  await github.push(scenario.repository, {
    branch: 'topic',
    changes: { 'TOPIC.md': 'A topic.\n' },
    message: 'Begin',
    author: users.mona,
  });
  const { number } = await scenario.mona.request('POST', '/pulls', {
    title: 'A topic',
    head: 'topic',
    base: 'main',
  });
  await scenario.mona.label(number, 'agent:fix');
  await scenario.when('the end', v => v.status === 'success');
  await scenario.said(number, /Pushed/);
  await scenario.mona.comment(number, '/agent fxi');
  await scenario.said(number, /`\/agent fix`/);
  await scenario.labelled(number, null);
});

it('merges what was begun for an issue while there were some', async () => {
  const { github } = environment;
  const scenario = await environment.scenario(NO_CI_TO_AWAIT);
  const { pull, head } = await scenario.waiting();
  github.switchIssues(scenario.repository, false);
  await scenario.mona.comment(pull, '/agent fix the words too');
  const again = await scenario.when(
    'another round',
    v => v.pull?.head !== head && v.approval?.status === 'requested',
  );
  expect(again.pull?.number).toBe(pull);
  await scenario.rey.approve(pull);
  await scenario.when('the end', v => v.status === 'success');
  expect(await scenario.mona.get(`/pulls/${pull}`)).toMatchObject({ merged: true });
});
