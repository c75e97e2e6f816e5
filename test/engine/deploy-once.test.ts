/** A workflow is dispatched once, whatever becomes of the answer: by the real log, with a GitHub of its own. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TaskCommand } from '../../src/core/task/decide/command.ts';
import { createHandle, loadFolded } from '../../src/engine/handle.ts';
import { otherDeployments } from '../../src/engine/perform/other-deployments.ts';
import { performEffect } from '../../src/engine/perform/perform.ts';
import type { DeploymentOrder, LostOrder } from '../../src/engine/ports/deployments.ts';
import { GitHubFailure } from '../../src/engine/ports/github.ts';
import { asTask } from '../../src/engine/streams.ts';
import { sha } from '../core/task/given.ts';
import { STARTER, sound } from '../policy/starter.ts';
import { begun, deploying, first, second } from './deploying-task.ts';
import { openServices, type TestServices } from './test-services.ts';

const DEPLOYS = {
  name: 'deploys.cedar',
  text: '@id("deploys") @reason("It may.") permit (principal, action == Action::"deploy", resource);',
};

let services: TestServices;
beforeAll(async () => {
  const opened = await openServices();
  const texts = [...STARTER.filter(({ name }) => !name.endsWith('/deploy.cedar')), DEPLOYS];
  services = {
    ...opened,
    queue: { ...opened.queue, add: async () => {} },
    policies: sound(texts),
  };
});
afterAll(() => services.close());

const run = (workflowRun: number) => ({
  outcome: 'started' as const,
  ...{ deployment: null, workflowRun, link: null },
});

type Answer = 'named' | 'lost' | 'limited' | 'crash';

let count = 0;
/** A task that deploys, on a GitHub that performs every dispatch and answers it in these ways. */
async function deployingOn(...answers: Answer[]) {
  const id = `deploys-${++count}`;
  const stream = { kind: 'task' as const, id };
  await deploying(services.log, { id, issue: 100 + count });
  let now = Date.now();
  const clock = { now: () => new Date(now) };
  const handle = createHandle({ ...services, clock, appended: async () => {} });
  const dispatched: DeploymentOrder[] = [];
  let listed = true;
  let stopping = new AbortController();
  const { writes } = services.github;
  const github = {
    ...services.github,
    writes: {
      ...writes,
      async deploy(_repository: unknown, order: DeploymentOrder) {
        await order.fresh();
        const answer = answers.shift();
        if (answer === 'limited') throw new GitHubFailure('rate_limit', 'Later.', 403);
        dispatched.push(order);
        if (answer === 'lost') throw new GitHubFailure('transport', 'No answer.', null);
        if (answer === 'crash') {
          stopping.abort(new Error('killed'));
          throw stopping.signal.reason;
        }
        return run(7);
      },
      async dispatched(_repository: unknown, order: LostOrder) {
        await order.others();
        return listed
          ? run(7)
          : { outcome: 'unknown' as const, reason: `Look at ${order.workflow}.` };
      },
    },
  };
  return {
    dispatched,
    hide: () => {
      listed = false;
    },
    /** The effect is performed, `later` milliseconds after the last time. */
    async perform(later = 0) {
      now += later;
      stopping = new AbortController();
      const worker = { ...services, clock, handle, github };
      const job = { stream: `task/${id}`, key: `deploy:${first}` };
      await performEffect(worker, job, stopping.signal);
    },
    types: async () =>
      (await services.events(stream))
        .map(({ type }) => type)
        .filter(type => /^(deployment\.|effect\.failed)/.test(type)),
    state: async () => asTask(await loadFolded(services.log, stream)).state,
  };
}

it('records the dispatch before GitHub is asked, and its run after it', async () => {
  const one = await deployingOn('named');
  await one.perform();
  expect(await one.types()).toEqual(['deployment.ordered', 'deployment.started']);
  expect(await one.state()).toMatchObject({ orders: [], deployments: [{ workflowRun: 7 }] });
});

it.each(['lost', 'crash'] as const)(
  'an answer that is lost (%s) has the run looked for, and nothing dispatched again',
  async how => {
    const one = await deployingOn(how);
    await one.perform();
    expect((await one.state()).orders).toMatchObject([{ run: first, workflow: 'deploy.yml' }]);
    // Policy would not let it begin any more: what has begun is told all the same.
    await one.perform(10_000);
    expect(one.dispatched).toHaveLength(1);
    expect(await one.state()).toMatchObject({ orders: [], deployments: [{ workflowRun: 7 }] });
  },
);

it('a run that can’t be told fails the step, with what people should look at', async () => {
  const one = await deployingOn('lost');
  one.hide();
  await one.perform();
  await one.perform(30_000);
  expect((await one.state()).runs.find(({ id }) => id === first)?.state).toBe('running');
  await one.perform(300_000);
  expect(one.dispatched).toHaveLength(1);
  const { runs, deployments } = await one.state();
  expect(deployments).toEqual([]);
  expect(runs.find(({ id }) => id === first)).toMatchObject({
    state: 'failure',
    reason: expect.stringMatching(/Look at deploy\.yml\..*not dispatched again.*\/agent retry/),
  });
});

it('what GitHub declined is dispatched later', async () => {
  const one = await deployingOn('limited', 'named');
  await one.perform();
  expect(await one.types()).toEqual([
    ...['deployment.ordered', 'deployment.declined', 'effect.failed'],
  ]);
  await one.perform(600_000);
  expect(one.dispatched).toHaveLength(1);
  expect(await one.state()).toMatchObject({ orders: [], deployments: [{ workflowRun: 7 }] });
});

it('the runs of all deployments of a repository are known, and what was dispatched for others', async () => {
  const of = (id: string, ...then: TaskCommand[]) =>
    deploying(services.log, { id, issue: 200 + ++count }, ...then);
  const data = { run: first, workflow: 'deploy.yml', branch: 'main', commit: sha('d') };
  await of('several', begun(first, 71), begun(second, 72));
  await of('waits', { type: 'order_deployment', data });
  await of('ended', begun(first, 73), {
    type: 'cancel',
    ...{ by: { kind: 'person', id: 1, login: 'mona' }, target: null },
  });
  const known = await otherDeployments(services, { id: 42 }, { task: 'several', run: first });
  for (const id of [71, 72, 73]) expect(known.runs).toContain(id);
  const { run: _, ...ordered } = data;
  expect(known.orders).toContainEqual({
    ...ordered,
    ...{ namesCommit: false, at: expect.any(String) },
  });
  const own = await otherDeployments(services, { id: 42 }, { task: 'waits', run: first });
  expect(own.orders).toHaveLength(known.orders.length - 1);
  const elsewhere = await otherDeployments(services, { id: 43 }, { task: 'waits', run: first });
  expect(elsewhere).toEqual({ runs: new Set(), orders: [] });
});
