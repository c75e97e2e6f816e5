/** Without real agents or a script, Gatehouse only says what it would do. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({});
});
afterAll(() => environment.close());

it('opens nothing, and reports what it would do', async () => {
  const scenario = await environment.scenario();
  const issue = await scenario.mona.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(issue.number, 'agent:fix');
  const view = await scenario.when('the end', v => v.status === 'success');
  expect(view.mode).toBe('dry_run');
  expect(await scenario.said(issue.number, /dry run/i)).toBeTruthy();
  expect(await scenario.mona.get('/pulls?state=all')).toEqual([]);
  expect(await scenario.mona.get('/branches')).toHaveLength(1);
});
