/** An installation that is suspended for a while: what people do meanwhile is told by nobody. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NO_CI_TO_AWAIT, openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'pushing') });
});
afterAll(() => environment.close());

it('hears soon what was written while it was suspended: a label, commands, a review', async () => {
  const { github } = environment;
  const scenario = await environment.scenario(NO_CI_TO_AWAIT);
  const { installation, mona, rey } = scenario;
  const { number: asked } = await mona.open('What can you do', 'Tell us.');
  const { number: issue } = await mona.open('It subtracts', 'Two and two is four.');
  await github.idle();
  github.suspendInstallation(installation, true);
  await mona.comment(asked, '/agent help');
  await mona.label(issue, 'agent:fix');
  await github.idle();
  github.suspendInstallation(installation, false);
  await scenario.said(asked, /\/agent fix/);
  await scenario.when('to wait before the push', v => v.approval?.action === 'branch.push');
  await scenario.said(issue, /Approval is needed/);

  github.suspendInstallation(installation, true);
  await rey.comment(issue, '/agent approve');
  await github.idle();
  github.suspendInstallation(installation, false);
  const open = await scenario.when(
    'a request for the merge',
    v => v.approval?.action === 'pr.merge',
  );
  const pull = open.pull?.number ?? 0;

  github.suspendInstallation(installation, true);
  await rey.approve(pull);
  await github.idle();
  github.suspendInstallation(installation, false);
  await scenario.when('the end', v => v.status === 'success');
  expect(await mona.get(`/issues/${asked}/comments`)).toHaveLength(2);
}, 60_000);
