/** What takes an approval before it is pushed: asked and answered on the issue, once. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  NO_CI_TO_AWAIT,
  openScenarios,
  type ScenarioEnvironment,
  UNTESTED_WITHOUT_CI,
} from './environment.ts';
import { profilesWith } from './profiles.ts';

let environment: ScenarioEnvironment;
let profiles: Awaited<ReturnType<typeof profilesWith>>;
beforeAll(async () => {
  profiles = await profilesWith('author', { trust: 'T1' });
  environment = await openScenarios({
    GATEHOUSE_SIMULATION: join(import.meta.dirname, 'pushing'),
    GATEHOUSE_AGENTS: profiles.folder,
  });
});
afterAll(async () => {
  await environment.close();
  await profiles.remove();
});

it('waits on the issue before it pushes a workflow that strangers led to, and asks once', async () => {
  const scenario = await environment.scenario(NO_CI_TO_AWAIT);
  const { number: issue } = await scenario.otto.open('It subtracts', 'And nothing tests it. @mona');
  await scenario.mona.label(issue, 'agent:fix');
  const waits = await scenario.when('a request', v => v.approval?.status === 'requested');
  expect(waits.approval).toMatchObject({ action: 'branch.push', head: null });
  expect(waits.pull).toBeNull();
  // Nothing is out yet; the work is through with its tests.
  const branches: { name: string }[] = await scenario.mona.get('/branches');
  expect(branches.map(({ name }) => name)).toEqual(['main']);
  expect(waits.steps.find(({ id }) => id === 'review')?.status).toBe('done');

  const asked = await scenario.said(issue, /Approval is needed/);
  expect(asked).toMatch(/needed\*\* to push the branch, before anything is pushed/);
  expect(asked).toMatch(/- `\.github\/workflows\/ci\.yml`: .+ \(`runs-on-push`\)/);
  expect(asked).toContain('It runs as soon as it is pushed.');
  expect(asked).toContain('An agent with limited trust read text by people without write access.');
  await scenario.labelled(issue, 'gatehouse:waiting-approval');

  await scenario.mona.comment(issue, '/agent approve');
  expect(await scenario.said(issue, /nobody approves their own work/)).toMatch(
    /asked for this work/,
  );
  const [, capsule = ''] = /\/agent approve ([0-9a-f]{12})/.exec(asked) ?? [];
  await scenario.rey.comment(issue, `/agent approve ${capsule}`);
  const { pull } = await scenario.when(
    'a request for the merge',
    ({ approval: next }) => next?.status === 'requested' && next.action === 'pr.merge',
  );
  await scenario.labelled(issue, 'gatehouse:waiting-approval');

  await scenario.rey.approve(pull?.number ?? 0);
  await scenario.when('the end', v => v.status === 'success');
  const requests = (await scenario.events('approval.requested')).map(({ data }) => data.action);
  expect(new Set(requests)).toEqual(new Set(['branch.push', 'pr.merge']));
  expect(requests.filter(action => action === 'branch.push')).toHaveLength(1);
  const uses = (await scenario.events('approval.used')).map(({ data }) => data.effect);
  expect(uses).toEqual([expect.stringMatching(/^push:/), expect.stringMatching(/^merge:/)]);
  await scenario.labelled(issue, null);
});

it.each([
  ['GitHub refuses the pull request', 'refused'],
  ['its base was deleted', 'base'],
] as const)('is tried again where %s, with nothing lost', async (_, what) => {
  const { github, users } = environment;
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const sha = await github.push(scenario.repository, {
    branch: 'release',
    changes: { 'BRANCH.md': 'Release.\n' },
    message: 'Begin',
    author: users.mona,
  });
  const { number: issue } = await scenario.mona.open('It subtracts', '');
  await scenario.mona.comment(issue, '/agent fix --base release');
  await scenario.when('a request', v => v.approval?.action === 'branch.push');
  await scenario.said(issue, /Approval is needed/);
  if (what === 'base') await scenario.mona.request('DELETE', '/git/refs/heads/release');
  else github.faults.api({ match: 'pulls/create', status: 422, times: 1 });
  await scenario.rey.comment(issue, '/agent approve');
  const failed = await scenario.when('the end', v => v.status === 'failure');
  if (what === 'base') {
    expect(failed.reason).toMatch(
      /The branch release, .* was deleted: restore it, and `\/agent retry`/,
    );
    await scenario.mona.request('POST', '/git/refs', { ref: 'refs/heads/release', sha });
  }
  await scenario.mona.comment(issue, '/agent retry');
  const again = await scenario.when(
    'to go on',
    v => v.approval?.status === 'requested' || v.status === 'failure',
  );
  if (again.approval?.action === 'branch.push') {
    await scenario.said(issue, /Approval is needed/);
    await scenario.rey.comment(issue, '/agent approve');
  }
  const open = await scenario.when(
    'a pull request',
    v => v.pull !== null && v.approval?.action === 'pr.merge',
  );
  await scenario.rey.approve(open.pull?.number ?? 0);
  await scenario.when('the end', v => v.status === 'success');
});
