/** A workflow is dispatched once for each order, and the run of another order is never taken for it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { DeploymentOrder } from '../../../src/engine/ports/deployments.ts';
import { type GitHubEnvironment, MANIFEST, openEnvironment } from './environment.ts';

let environment: GitHubEnvironment;
beforeAll(async () => {
  const permissions = { ...parse(MANIFEST).default_permissions, actions: 'write' as const };
  environment = await openEnvironment({ permissions });
});
afterAll(() => environment.close());

const DISPATCH = 'actions/create-workflow-dispatch';
let count = 0;
/** Orders of one workflow that no other test dispatches. */
async function orders() {
  const { gatehouse, repository, github, handle } = environment;
  const workflow = `deploy-${++count}.yml`;
  const commit = (await gatehouse.facts.branch(repository, 'main')) ?? '';
  const begun = Date.now();
  return {
    deploy: (over: Partial<DeploymentOrder> = {}) =>
      gatehouse.writes.deploy(repository, {
        ...{ key: `k${++count}`, environment: 'production', commit, workflow, inputs: {} },
        ...{ namesCommit: false, branch: 'main', triedSince: null, fresh: async () => {} },
        runsOfOthers: async () => new Set(),
        ...over,
      }),
    again: new Date(begun).toISOString(),
    runs: () =>
      github.workflowRuns(handle).filter(({ path }) => path === `.github/workflows/${workflow}`),
  };
}
const lost = () => environment.github.faults.api({ match: DISPATCH, status: 'lostAnswer' });

it('two orders at the same time are two runs', async () => {
  const { deploy, runs } = await orders();
  const first = await deploy();
  const second = await deploy();
  expect(runs()).toHaveLength(2);
  expect([first, second].map(told => told.outcome === 'started' && told.workflowRun)).toEqual(
    runs().map(({ id }) => id),
  );
});

it('what a lost answer has left is found again, and is no second run', async () => {
  const { deploy, runs, again } = await orders();
  lost();
  await expect(deploy()).rejects.toThrow();
  const found = await deploy({ triedSince: again });
  expect(runs()).toHaveLength(1);
  expect(found).toMatchObject({ outcome: 'started', workflowRun: runs()[0]?.id });
});

it('a try that began nothing is not mistaken for the run of another order', async () => {
  const { deploy, runs, again } = await orders();
  const other = await deploy();
  const others = new Set(runs().map(({ id }) => id));
  const told = await deploy({ triedSince: again, runsOfOthers: async () => others });
  expect(runs()).toHaveLength(2);
  expect(told).not.toEqual(other);
});

it('a run of another commit is none of the order, which is refused where the branch has moved on', async () => {
  const { deploy, runs, again } = await orders();
  await deploy();
  const told = await deploy({ triedSince: again, commit: 'b'.repeat(40) });
  expect(told).toMatchObject({ outcome: 'refused', reason: expect.stringMatching(/has moved on/) });
  expect(runs()).toHaveLength(1);
});

it('a server that does not say which run it became is asked for what was not there before', async () => {
  const { deploy, runs } = await orders();
  await deploy();
  environment.github.switchDispatchedRuns(false);
  const told = await deploy();
  environment.github.switchDispatchedRuns(true);
  expect(runs()).toHaveLength(2);
  expect(told).toMatchObject({ outcome: 'started', workflowRun: runs()[1]?.id });
});
