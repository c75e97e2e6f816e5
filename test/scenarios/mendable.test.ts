/** What people can mend on GitHub ends no task: it waits, says what for, and goes on. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') });
});
afterAll(() => environment.close());

it('waits while its pull request is closed or locked, and goes on once it is open', async () => {
  const scenario = await environment.scenario();
  const { issue, pull } = await scenario.waiting();
  await scenario.mona.request('PATCH', `/pulls/${pull}`, { state: 'closed' });
  const closed = await scenario.when('to wait', v => /is closed/.test(v.reason));
  expect(closed).toMatchObject({ status: 'active', reason: expect.stringMatching(/reopen/i) });
  await scenario.said(issue, /pull request is closed/);
  await scenario.rey.comment(pull, '/agent fix the words too');
  await scenario.said(pull, /Reopen it first/);

  await scenario.mona.request('PATCH', `/pulls/${pull}`, { state: 'open' });
  await scenario.when(
    'to go on',
    v => v.approval?.status === 'requested' && !/closed/.test(v.reason),
  );
  await scenario.mona.request('PUT', `/issues/${pull}/lock`);
  await scenario.when('to wait again', v => /locked/.test(v.reason));
  await scenario.rey.approve(pull);
  await scenario.mona.request('DELETE', `/issues/${pull}/lock`);
  await scenario.when('the end', v => v.status === 'success');

  // What was merged is not worked on any more, and whoever asks learns where to ask.
  await scenario.mona.comment(pull, '/agent fix the words too');
  expect(await scenario.said(pull, /is merged/)).toMatch(/open an issue/i);
});

it('waits for its branch, and goes on once that is restored', async () => {
  const scenario = await environment.scenario();
  const { pull, head } = await scenario.waiting();
  const { head: live } = await scenario.mona.get(`/pulls/${pull}`);
  await scenario.mona.request('DELETE', `/git/refs/heads/${live.ref}`);
  const gone = await scenario.when(
    'to wait',
    v => /branch/.test(v.reason) && v.status === 'active',
  );
  expect(gone.reason).toMatch(/restore/i);
  await scenario.mona.request('POST', '/git/refs', { ref: `refs/heads/${live.ref}`, sha: head });
  await scenario.mona.request('PATCH', `/pulls/${pull}`, { state: 'open' });
  await scenario.rey.approve(pull);
  await scenario.when('the end', v => v.status === 'success');
});

it('gives up a closed pull request where its work is asked for anew', async () => {
  const scenario = await environment.scenario();
  const { issue, pull } = await scenario.waiting();
  const first = await scenario.task();
  await scenario.mona.request('PATCH', `/pulls/${pull}`, { state: 'closed' });
  await scenario.when('to wait', v => /is closed/.test(v.reason));
  await scenario.mona.comment(issue, '/agent fix');
  await scenario.when('another task', v => v.id !== first && v.pull !== null);
  const { tasks } = environment.gatehouse.parts;
  const rows = await tasks.list({ repositoryId: scenario.repository.id, limit: 5 });
  expect(rows.find(({ id }) => id === first)?.status).toBe('canceled');
});
