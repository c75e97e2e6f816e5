/** From the preview of a pull request to what was deployed: looked at, sent back, approved, watched. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../demo/until.ts';
import { AUTONOMOUS, FILES, openScenarios, type ScenarioEnvironment } from './environment.ts';

/** What the service answers, by the first part of its path. */
const health: Record<string, unknown> = {};
let service: Server;
let at: string;
let environment: ScenarioEnvironment;

beforeAll(async () => {
  service = createServer((request, response) => {
    const [, where = ''] = (request.url ?? '').split('/');
    const query =
      '{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"0.2"]}]}}';
    response.end(where === 'prometheus' ? query : JSON.stringify(health[where] ?? {}));
  });
  await new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve));
  const { port } = service.address() as AddressInfo;
  at = `http://127.0.0.1:${port}`;
  environment = await openScenarios({
    ...AUTONOMOUS,
    GATEHOUSE_SIMULATION: join(import.meta.dirname, 'deploying'),
    GATEHOUSE_PRIVATE_HOSTS: `127.0.0.1:${port}`,
  });
});
afterAll(async () => {
  await environment.close();
  service.close();
});

/** A repository with a preview of each pull request, and staging after the merge. */
const files = (staging: string) => ({
  ...FILES,
  '.github/gatehouse.yml': `${FILES['.github/gatehouse.yml']}checks: { beginMinutes: 0 }
environments:
  preview:
    on: pull_request
    settleSeconds: 0
    accept: [{ get: /health, json: { status: ok } }]
  staging:
    on: merge
    settleSeconds: 0
    url: ${at}/staging
${staging}    accept:
      - { get: /health, schema: { type: object, required: [version] } }
      - { metric: errors, prometheus: '${at}/prometheus', below: 1 }
`,
});

type Scenario = Awaited<ReturnType<ScenarioEnvironment['scenario']>>;

/** The repository's own automation deploys each head of the pull request. */
async function preview({ repository }: Scenario, sha: string, where: string) {
  const { github, users } = environment;
  const deployment = github.deploy(
    repository,
    { sha, ref: 'head', environment: 'preview' },
    users.mona,
  );
  github.reportDeployment(repository, deployment, { state: 'in_progress' });
  github.reportDeployment(repository, deployment, { state: 'success', environmentUrl: where });
}

it('sends back what is not accepted, merges what is, and deploys what a maintainer approved', async () => {
  const { github } = environment;
  const scenario = await environment.scenario(files(''));
  Object.assign(health, { first: { status: 'starting' }, second: { status: 'ok' } });
  Object.assign(health, { staging: { version: 1 } });
  const issue = await scenario.mona.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(issue.number, 'agent:fix');
  const first = await scenario.when('a preview to be awaited', v =>
    v.steps.some(({ purpose, status }) => purpose === 'accept' && status === 'active'),
  );
  const pull = first.pull?.number ?? 0;
  await preview(scenario, first.pull?.head ?? '', `${at}/first`);
  expect(await scenario.said(pull, /Not accepted/)).toContain('starting');

  const second = await scenario.when(
    'a second round',
    v => v.round === 2 && v.pull?.head !== first.pull?.head,
  );
  const [rework] = await scenario.events('rework.requested');
  // What an agent reads has none of the text that the service answered.
  expect(rework?.data).toMatchObject({ origin: 'acceptance', role: 'author' });
  expect(rework?.data.instructions).toContain('the answer.status is a text of 8 characters');
  await preview(scenario, second.pull?.head ?? '', `${at}/second`);
  await scenario.said(pull, /Ready to merge/);

  const waiting = await scenario.when('a request', v => v.approval?.action === 'deploy');
  const merged = await scenario.mona.get(`/pulls/${pull}`);
  expect(merged.merged).toBe(true);
  expect(github.deployments(scenario.repository).map(one => one.environment)).toEqual([
    'preview',
    'preview',
  ]);
  expect(waiting.approval?.reasons.join(' ')).toContain(merged.merge_commit_sha.slice(0, 12));
  // Whoever asked for the work does not approve its deployment.
  await scenario.mona.comment(pull, '/agent approve');
  await scenario.said(pull, /does not count/);
  await scenario.rey.comment(pull, '/agent approve');

  const staging = await until('a deployment to staging', async () =>
    github.deployments(scenario.repository).find(one => one.environment === 'staging'),
  );
  expect(staging).toMatchObject({ sha: merged.merge_commit_sha, task: 'deploy' });
  // Its environment asks us as well, and policy has allowed it already.
  await until('its start to be known', async () =>
    (await scenario.events('deployment.started')).at(0),
  );
  const ours = { sha: staging.sha, branch: 'main', ref: 'main', environment: 'staging' };
  const asking = github.askGate(scenario.repository, ours, environment.users.mona);
  await until('an answer', async () => asking.gates.at(0));
  expect(asking.gates).toMatchObject([{ environment: 'staging', state: 'approved' }]);
  const link = 'https://ci.example/runs/7';
  github.reportDeployment(scenario.repository, staging, { state: 'success', logUrl: link });
  const end = await scenario.when('the end', v => v.status === 'success');
  expect(end.steps.filter(({ purpose }) => purpose === 'deploy')).toMatchObject([
    { run: { state: 'success', detail: expect.stringContaining(link) } },
  ]);
  expect(await scenario.said(pull, /\*\*Accepted/)).toContain('It is 0.2');
  expect(github.deployments(scenario.repository)).toHaveLength(4);
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
