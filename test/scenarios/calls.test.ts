/** Another system calls: without an issue, from `POST /hooks/tasks` to the merge. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { issueToken } from '../../src/engine/machine-tokens.ts';
import {
  AUTONOMOUS,
  NO_CI_TO_AWAIT,
  openScenarios,
  type ScenarioEnvironment,
} from './environment.ts';
import { type ServedHere, serveHere } from './gatehouse.ts';

let environment: ScenarioEnvironment;
let served: ServedHere;
let url: string;
beforeAll(async () => {
  environment = await openScenarios(
    { ...AUTONOMOUS, GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') },
    null,
    async (settings, changed) => {
      url = `http://127.0.0.1:${settings.PORT}/hooks/tasks`;
      served = await serveHere(settings, changed);
      return served;
    },
  );
});
afterAll(() => environment.close());

it('a call without an issue is worked until it is merged, once, though the process is restarted', async () => {
  const scenario = await environment.scenario(NO_CI_TO_AWAIT);
  const { text } = await issueToken(served.parts.machineTokens, {
    project: 'nightly',
    repositories: [{ name: scenario.repository.fullName, alias: 'sum' }],
    commands: ['fix'],
    trusted: true,
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  const headers = { authorization: `Bearer ${text}`, 'content-type': 'application/json' };
  const call = async (body: object) => {
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: response.status, json: await response.json() };
  };
  expect(await call({ repository: 'sum', command: 'fix' })).toMatchObject({
    status: 422,
    json: { errors: [{ detail: 'names either an issue or a title' }] },
  });
  expect(await scenario.mona.get('/pulls?state=all')).toEqual([]);

  const body = {
    repository: 'sum',
    command: 'fix',
    title: 'It subtracts',
    body: 'Two and two is four.',
    key: 'build-7',
  };
  const made = await call(body);
  expect(made).toMatchObject({ status: 201, json: { outcome: 'created' } });
  const { task } = made.json as { task: string };
  await scenario.when('an agent at work', view =>
    view.steps.some(({ kind, status }) => kind === 'agent' && status !== 'waiting'),
  );
  await served.restart();
  expect(await call(body)).toMatchObject({ status: 200, json: { task, outcome: 'repeated' } });

  const view = await scenario.when('the end', ({ status }) => status === 'success');
  expect(view).toMatchObject({ id: task, issue: null, requester: { project: 'nightly' } });
  const pulls: { number: number; merged_at: string | null }[] =
    await scenario.mona.get('/pulls?state=all');
  expect(pulls).toMatchObject([{ number: view.pull?.number, merged_at: expect.any(String) }]);
  const told = await fetch(`${url}/${task}`, { headers });
  expect(await told.json()).toMatchObject({ task, status: 'success', pull: view.pull?.number });
});
