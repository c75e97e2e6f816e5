/** A workflow is dispatched once for each order, and the run of another order is never taken for it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import type {
  DeploymentOrder,
  LostOrder,
  OtherDeployments,
} from '../../../src/engine/ports/deployments.ts';
import { type GitHubEnvironment, MANIFEST, openEnvironment } from './environment.ts';

let environment: GitHubEnvironment;
beforeAll(async () => {
  const permissions = { ...parse(MANIFEST).default_permissions, actions: 'write' as const };
  environment = await openEnvironment({ permissions });
});
afterAll(() => environment.close());

const DISPATCH = 'actions/create-workflow-dispatch';
let count = 0;
/** Deployments of one workflow that no other test dispatches. */
async function deployments() {
  const { gatehouse, repository, github, handle } = environment;
  const workflow = `deploy-${++count}.yml`;
  const head = (await gatehouse.facts.branch(repository, 'main')) ?? '';
  const nobody: OtherDeployments = { runs: new Set(), orders: [] };
  const now = () => new Date().toISOString();
  return {
    workflow,
    now,
    deploy: (over: Partial<DeploymentOrder> = {}) =>
      gatehouse.writes.deploy(repository, {
        ...{ key: `k${++count}`, environment: 'production', commit: head, workflow, inputs: {} },
        ...{ namesCommit: false, branch: 'main', fresh: async () => {} },
        ...over,
      }),
    dispatched: (others: Partial<OtherDeployments> = {}, over: Partial<LostOrder> = {}) =>
      gatehouse.writes.dispatched(repository, {
        ...{ key: `k${++count}`, commit: head, namesCommit: false, branch: 'main', workflow },
        ...{ at: now(), others: async () => ({ ...nobody, ...others }) },
        ...over,
      }),
    runs: () =>
      github.workflowRuns(handle).filter(({ path }) => path === `.github/workflows/${workflow}`),
  };
}
const lost = () => environment.github.faults.api({ match: DISPATCH, status: 'lostAnswer' });
const unknown = (reason: RegExp) => ({
  outcome: 'unknown',
  reason: expect.stringMatching(reason),
});

it('two orders at the same time are two runs', async () => {
  const { deploy, runs } = await deployments();
  const first = await deploy();
  const second = await deploy();
  expect(runs()).toHaveLength(2);
  expect([first, second].map(told => told.outcome === 'started' && told.workflowRun)).toEqual(
    runs().map(({ id }) => id),
  );
});

it('what a lost answer has left is found again', async () => {
  const { deploy, dispatched, runs } = await deployments();
  lost();
  await expect(deploy()).rejects.toMatchObject({ undone: false });
  const [run] = runs();
  expect(runs()).toHaveLength(1);
  expect(await dispatched()).toMatchObject({ outcome: 'started', workflowRun: run?.id });
});

it('a run of another deployment, of another commit or of before is not taken for it', async () => {
  const { deploy, dispatched, runs } = await deployments();
  expect(await dispatched()).toEqual(unknown(/No run of it by Gatehouse is listed since then/));
  await deploy();
  const ids = new Set(runs().map(({ id }) => id));
  expect(await dispatched({ runs: ids })).toEqual(unknown(/No run/));
  expect(await dispatched({}, { commit: 'b'.repeat(40) })).toEqual(unknown(/No run/));
  const later = new Date(Date.now() + 120_000).toISOString();
  expect(await dispatched({}, { at: later })).toEqual(unknown(/No run/));
});

it('of several that may be it, none is taken, and people are told which', async () => {
  const { deploy, dispatched, runs, workflow, now } = await deployments();
  await deploy();
  // Another answer was lost at the same time: this may be the run of either.
  const orders = [{ workflow, at: now() }];
  expect(await dispatched({ orders })).toEqual(unknown(/can't be told: look at http/));
  expect(await dispatched({ orders: [{ workflow: 'other.yml', at: now() }] })).toMatchObject({
    outcome: 'started',
  });
  await deploy();
  const both = runs().map(({ id }) => `/actions/runs/${id}`);
  const told = await dispatched();
  for (const address of both) expect(told).toMatchObject(unknown(new RegExp(address)));
});

it('a run that shows the key of the deployment in its name is it, whatever others there are', async () => {
  const { deploy, dispatched, runs } = await deployments();
  await deploy();
  await deploy();
  const [first, second] = runs();
  if (!first || !second) throw new Error('two were dispatched');
  first.title = 'Deploy t-1/deploy-1-12';
  second.title = 'Deploy t-1/deploy-1-1 to production';
  const told = await dispatched({}, { key: 't-1/deploy-1-1' });
  expect(told).toMatchObject({ outcome: 'started', workflowRun: second.id });
});

it('is refused where the branch has moved on', async () => {
  const { deploy, runs } = await deployments();
  const told = await deploy({ commit: 'b'.repeat(40) });
  expect(told).toMatchObject({ outcome: 'refused', reason: expect.stringMatching(/has moved on/) });
  expect(runs()).toHaveLength(0);
});

it('a server that does not say which run it became has it looked for', async () => {
  const { deploy, dispatched, runs } = await deployments();
  environment.github.switchDispatchedRuns(false);
  const told = await deploy();
  environment.github.switchDispatchedRuns(true);
  expect(told).toEqual({ outcome: 'unnamed' });
  expect(await dispatched()).toMatchObject({ outcome: 'started', workflowRun: runs()[0]?.id });
});

it.each([[502, false] as const, ['secondary', true] as const])(
  'an answer of %s says whether nothing was begun',
  async (status, undone) => {
    const { deploy } = await deployments();
    environment.github.faults.api({ match: DISPATCH, status });
    await expect(deploy()).rejects.toMatchObject({ undone });
  },
);
