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
type Order = OtherDeployments['orders'][number];
/** Deployments of one workflow that no other test dispatches. */
async function deployments() {
  const { gatehouse, repository, github, handle } = environment;
  const workflow = `deploy-${++count}.yml`;
  const head = (await gatehouse.facts.branch(repository, 'main')) ?? '';
  const nobody: OtherDeployments = { runs: new Set(), orders: [] };
  const ordered = (): Order => ({
    ...{ workflow, branch: 'main', commit: head, namesCommit: false },
    at: new Date().toISOString(),
  });
  return {
    ordered,
    deploy: (over: Partial<DeploymentOrder> = {}) =>
      gatehouse.writes.deploy(repository, {
        ...{ key: `k${++count}`, environment: 'production', commit: head, workflow, inputs: {} },
        ...{ namesCommit: false, branch: 'main', fresh: async () => {} },
        ...over,
      }),
    dispatched: (others: Partial<OtherDeployments> = {}, over: Partial<LostOrder> = {}) =>
      gatehouse.writes.dispatched(repository, {
        ...{ key: `k${++count}`, ...ordered() },
        ...{ others: async () => ({ ...nobody, ...others }) },
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
  const { deploy, dispatched, runs, ordered } = await deployments();
  await deploy();
  // Another answer was lost at the same time: this may be the run of either.
  expect(await dispatched({ orders: [ordered()] })).toEqual(unknown(/can't be told: look at http/));
  await deploy();
  const both = runs().map(({ id }) => `/actions/runs/${id}`);
  const told = await dispatched();
  for (const address of both) expect(told).toMatchObject(unknown(new RegExp(address)));
});

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

it.each<[string, Partial<Order>, 'started' | 'unknown']>([
  ['of another workflow', { workflow: 'other.yml' }, 'started'],
  ['of another branch', { branch: 'release' }, 'started'],
  ['of another commit', { commit: 'b'.repeat(40) }, 'started'],
  ['of any commit', { commit: 'b'.repeat(40), namesCommit: true }, 'unknown'],
  ['of another branch that names its commit', { branch: 'release', namesCommit: true }, 'started'],
  ['of nine minutes ago', { at: ago(540_000) }, 'unknown'],
  ['of half an hour ago', { at: ago(1_800_000) }, 'started'],
  ['of after the run', { at: ago(-120_000) }, 'started'],
])('with another lost order %s, the only run is %j: %s', async (_, over, outcome) => {
  const { deploy, dispatched, ordered } = await deployments();
  await deploy();
  expect(await dispatched({ orders: [{ ...ordered(), ...over }] })).toMatchObject({ outcome });
});

it('of two lost orders with different commits, each has its own run', async () => {
  const { deploy, dispatched, ordered, runs } = await deployments();
  const { bob, github, handle, openPull } = environment;
  const { branch, sha } = await openPull();
  const before = { ...ordered(), branch, commit: sha };
  await deploy(before);
  const change = { changes: { 'later.js': '' }, message: 'Go on', author: bob };
  const after = { ...ordered(), branch, commit: await github.push(handle, { branch, ...change }) };
  await deploy(after);
  const [first, second] = runs();
  expect(first?.sha).not.toBe(second?.sha);
  expect(await dispatched({ orders: [after] }, before)).toMatchObject({ workflowRun: first?.id });
  expect(await dispatched({ orders: [before] }, after)).toMatchObject({ workflowRun: second?.id });
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
