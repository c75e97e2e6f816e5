/** What GitHub tells or asks reaches the task that it is about, however many newer ones are open. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Account } from '../../src/core/actor.ts';
import { onCheck } from '../../src/engine/intake/checks/checks.ts';
import { onDeployment } from '../../src/engine/intake/signals/deployment.ts';
import { onGate } from '../../src/engine/intake/signals/gate.ts';
import { created, HISTORY, sha } from '../core/task/given.ts';
import { beginTask } from './begin.ts';
import { begun, deploying, first } from './deploying-task.ts';
import { MONA, REPOSITORY } from './github.ts';
import { openServices, type TestServices } from './test-services.ts';

let services: TestServices;
beforeAll(async () => {
  const opened = await openServices();
  services = { ...opened, queue: { ...opened.queue, add: async () => {} } };
  const { log } = services;
  const published = [created({ issue: 1, repository: REPOSITORY }), ...HISTORY.published.slice(1)];
  await beginTask(log, 'publishes', published);
  await deploying(log, { id: 'deploys', issue: 2 }, begun(first, 71));
  for (let issue = 3; issue < 60; issue++)
    await beginTask(log, `newer-${issue}`, [
      created({ issue, repository: REPOSITORY, branch: `gatehouse/issue-${issue}` }),
    ]);
});
afterAll(() => services.close());

const repository = REPOSITORY;
const at = { environment: 'production', commit: sha('d') };
const by: Account = { ...MONA, type: 'User' };

it('a deployment that GitHub tells of', async () => {
  const news = { deployment: null, workflowRun: 71, ...at };
  expect(await onDeployment({ ...services, delivery: 'd1' }, { repository, news })).toBe(
    'signaled deploys',
  );
});

it('a deployment that GitHub asks about, which is no new task', async () => {
  const asked = { by, repository, workflowRun: 71, ...at, branch: 'main', deployment: 5 };
  expect(await onGate({ ...services, delivery: 'd2' }, asked)).toBe('deploys has started it');
});

it('a deployment of somebody else is a task of its own, whatever is deployed here', async () => {
  const data = { run: first, ...at, deployment: 9, workflowRun: null, link: null };
  await deploying(services.log, { id: 'waits', issue: 60 }, { type: 'deployment_started', data });
  const asked = { by, repository, workflowRun: 72, ...at, branch: 'main', deployment: 6 };
  const told = (isOurs: boolean) => {
    const facts = { ...services.github.facts, isRunOfOurs: async () => isOurs };
    const github = { ...services.github, facts };
    return onGate({ ...services, github, delivery: `d-${isOurs}` }, asked);
  };
  expect(await told(false)).toMatch(/^created task 42-deployment-/);
  expect(await told(true)).toBe('waits has started it');
});

it('a check of a commit of which GitHub says nothing more', async () => {
  const told = await onCheck(
    { ...services, delivery: 'd3' },
    {
      kind: 'checks_changed',
      repository,
      check: null,
      at: { head: sha('c'), pulls: [], branches: null },
    },
  );
  expect(told).toContain('signaled publishes');
});

it("a check of a commit of which GitHub says nothing, and which is nobody's, loads no task", async () => {
  const loaded: string[] = [];
  const log: typeof services.log = {
    ...services.log,
    load: stream => {
      loaded.push(stream.id);
      return services.log.load(stream);
    },
  };
  const changed = { kind: 'checks_changed' as const, repository, check: null };
  const of = (head: string) =>
    onCheck(
      { ...services, log, delivery: 'd4' },
      { ...changed, at: { head, pulls: [], branches: null } },
    );
  expect(await of(sha('e'))).toBe('no pull request of ours');
  expect(loaded).toEqual([]);
  // Until its row is written anew after an upgrade, a task is found by its events.
  const list: typeof services.tasks.list = async ({ head, ...query }) =>
    head === null
      ? (await services.tasks.list({ ...query, limit: 100 })).filter(({ pull }) => pull !== null)
      : [];
  const before = { ...services, log, tasks: { ...services.tasks, list }, delivery: 'd5' };
  const at = { head: sha('c'), pulls: [], branches: null };
  expect(await onCheck(before, { ...changed, at })).toContain('signaled publishes');
});
