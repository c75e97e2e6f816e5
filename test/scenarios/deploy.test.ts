/** From the preview of a pull request to what was deployed: looked at, sent back, approved, watched. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Deployed, openDeploy } from '../demo/stories/deploy.ts';
import { played, type Story } from '../demo/stories/story.ts';
import { until } from '../demo/until.ts';
import { FILES, openScenarios, type Scenario, type ScenarioEnvironment } from './environment.ts';

let deploy: Story<Deployed>;
let environment: ScenarioEnvironment;
beforeAll(async () => {
  deploy = await openDeploy();
  environment = await openScenarios(deploy.env);
});
afterAll(async () => {
  await environment.close();
  await deploy.close?.();
});

it('sends back what is not accepted, merges what is, and deploys what a maintainer approved', async () => {
  const scenario = await environment.scenario(deploy.files);
  const told = await played(deploy, { environment, scenario });
  expect(told.sentBack).toContain('starting');
  const [rework] = await scenario.events('rework.requested');
  // What an agent reads has none of the text that the service answered.
  expect(rework?.data).toMatchObject({ origin: 'acceptance', role: 'author' });
  expect(rework?.data.instructions).toContain('the answer.status is a text of 8 characters');
  expect(told.before).toEqual(['preview', 'preview']);
  const { reasons, commit } = told.asked;
  expect(reasons.join(' ')).toContain(commit.slice(0, 12));
  expect(told.staging).toMatchObject({ sha: commit, task: 'deploy' });
  expect(told.gates).toMatchObject([{ environment: 'staging', state: 'approved' }]);
  const { steps } = await scenario.view();
  expect(steps.filter(({ purpose }) => purpose === 'deploy')).toMatchObject([
    { run: { state: 'success', detail: expect.stringContaining('https://ci.example/runs/7') } },
  ]);
  expect(told.accepted).toContain('It is 0.2');
  expect(environment.github.deployments(scenario.repository)).toHaveLength(4);
});

/** A workflow that Mona started is to deploy. */
async function askForProduction(scenario: Scenario) {
  const { github, users } = environment;
  const { sha } = (await scenario.mona.get('/branches/main')).commit;
  const deployment = { branch: 'main', sha, ref: 'main', environment: 'production' };
  return github.askGate(scenario.repository, deployment, users.mona);
}

/** People are asked about it; returns its run, and the issue on which they are. */
async function gated(scenario: Scenario) {
  const run = await askForProduction(scenario);
  const view = await scenario.when('a request', v => v.approval?.status === 'requested');
  const issue = await until('an issue that asks', async () => (await scenario.view()).issue);
  expect(view.approval).toMatchObject({ action: 'deploy', resource: 'production' });
  return { run, issue };
}

it('asks people about a deployment that somebody else starts, and lets it go ahead once', async () => {
  const scenario = await environment.scenario();
  const { run, issue } = await gated(scenario);
  await scenario.mona.comment(issue, '/agent approve');
  await scenario.said(issue, /does not count/);
  expect(run.gates).toEqual([]);
  await scenario.rey.comment(issue, '/agent approve');
  await scenario.when('the end', v => v.status === 'success');
  expect(run).toMatchObject({
    status: 'in_progress',
    gates: [
      {
        environment: 'production',
        state: 'approved',
        comment: expect.stringMatching(/maintainer/),
      },
    ],
  });
});

it('rejects a deployment that people do not want, and one that policy denies', async () => {
  const scenario = await environment.scenario();
  const { run, issue } = await gated(scenario);
  await scenario.rey.comment(issue, '/agent cancel');
  await scenario.when('the end', v => v.status === 'canceled');
  await until('an answer', async () => run.gates.at(0));
  expect(run.gates).toMatchObject([{ state: 'rejected', comment: 'Canceled by rey.' }]);

  const forbidden = await environment.scenario({
    ...FILES,
    '.github/gatehouse.cedar': `@id("frozen")
@reason("Production is frozen.")
forbid (principal, action == Action::"deploy", resource == Environment::"production");`,
  });
  const denied = await askForProduction(forbidden);
  await until('an answer', async () => denied.gates.at(0));
  expect(denied.gates).toMatchObject([
    { state: 'rejected', comment: expect.stringContaining('Production is frozen.') },
  ]);
});
