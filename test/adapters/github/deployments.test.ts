/** GitHub asks whether a deployment may go ahead: what that means, and how it is answered. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gateAsked } from '../../../src/adapters/github/triggers/deployments.ts';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';

const app = { id: 1, slug: 'gatehouse', botUserId: 99 };
const sha = 'a'.repeat(40);
const payload = {
  action: 'requested',
  environment: 'production',
  sha,
  ref: 'refs/heads/main',
  deployment_callback_url:
    'https://ghe.example/repos/acme/span/actions/runs/7/deployment_protection_rule',
  deployment: { id: 3, sha },
  repository: { id: 42, name: 'span', owner: { login: 'acme' } },
  installation: { id: 7 },
  sender: { id: 1, login: 'mona', type: 'User' },
};

it('names the run that waits, the environment and the commit', async () => {
  expect(await gateAsked(payload, app)).toMatchObject({
    workflowRun: 7,
    environment: 'production',
    commit: sha,
    branch: 'main',
    by: { login: 'mona' },
  });
});

it('is another question for each deployment, so that a run that is started again is answered', async () => {
  const keyOf = async (deployment: unknown) => {
    const meaning = await gateAsked({ ...payload, deployment }, app);
    return 'ignored' in meaning ? null : meaning.key;
  };
  const first = await keyOf({ id: 3, sha });
  expect(await keyOf({ id: 3, sha })).toBe(first);
  expect(new Set([first, await keyOf({ id: 4, sha }), await keyOf(null)]).size).toBe(3);
});

it.each([
  ['another action', { action: 'withdrawn' }],
  ['an address that names no run', { deployment_callback_url: 'https://ghe.example/' }],
  ['no environment', { environment: '' }],
])('is nothing with %s', async (_, over) => {
  expect(await gateAsked({ ...payload, ...over }, app)).toHaveProperty('ignored');
});

type Sender = Parameters<GitHubEnvironment['github']['askGate']>[2];

describe('the answer', () => {
  let environment: GitHubEnvironment;
  beforeAll(async () => {
    environment = await openEnvironment();
  });
  afterAll(() => environment.close());

  const asked = async (event = 'push', by: Sender = environment.alice) => {
    const { github, handle } = environment;
    const head = await environment.gatehouse.facts.branch(environment.repository, 'main');
    const given = { sha: head ?? '', branch: 'main', ref: 'main', environment: 'production' };
    return github.askGate(handle, { ...given, event }, by);
  };
  const answer = (workflowRun: number, state: 'approved' | 'rejected', triedBefore = false) =>
    environment.gatehouse.writes.answerGate(environment.repository, {
      workflowRun,
      environment: 'production',
      state,
      comment: `By @alice. ${'Long. '.repeat(400)}`,
      triedBefore,
      fresh: async () => {},
    });

  it('is for a deployment of ours where one began the run, and nobody else', async () => {
    const { gatehouse, repository, app } = environment;
    const isOurs = async (...run: Parameters<typeof asked>) =>
      gatehouse.facts.isRunOfOurs(repository, (await asked(...run)).id);
    expect(await isOurs('deployment', app.botUser)).toBe(true);
    expect(await isOurs('deployment')).toBe(false);
    expect(await isOurs('push', app.botUser)).toBe(false);
    expect(await gatehouse.facts.isRunOfOurs(repository, 1)).toBe(false);
  });

  it('is given once, however often it is tried, and is no longer than GitHub takes', async () => {
    const run = await asked();
    environment.github.faults.api({ match: 'deployment_protection_rule', status: 'lostAnswer' });
    await answer(run.id, 'approved').catch(() => null);
    expect(await answer(run.id, 'approved')).toBeNull();
    expect(run.gates).toMatchObject([{ state: 'approved' }]);
    expect(run.gates[0]?.comment?.length).toBeLessThanOrEqual(1_024);
  });

  it('is not given to what has ended: it says so', async () => {
    const run = await asked();
    expect(await answer(run.id, 'rejected')).toBeNull();
    expect(await answer(run.id, 'approved')).toMatch(/has ended \(failure\)/);
    expect(run.gates).toMatchObject([{ state: 'rejected' }]);
  });

  it.each(['success', 'failure'] as const)(
    'was given where it was tried before, and what went ahead has ended by %s since',
    async conclusion => {
      const run = await asked();
      expect(await answer(run.id, 'approved')).toBeNull();
      Object.assign(run, { status: 'completed', conclusion });
      expect(await answer(run.id, 'approved', true)).toBeNull();
    },
  );

  it('was given where it was tried before, and others are waited for still', async () => {
    const run = await asked();
    expect(await answer(run.id, 'approved')).toBeNull();
    Object.assign(run, { status: 'waiting' });
    environment.github.faults.api({ match: 'deployment_protection_rule', status: 422 });
    expect(await answer(run.id, 'approved', true)).toBeNull();
  });

  it('was not given for sure where somebody stopped what waited for it', async () => {
    const run = await asked();
    Object.assign(run, { status: 'completed', conclusion: 'cancelled' });
    expect(await answer(run.id, 'approved', true)).toMatch(/has ended \(cancelled\)/);
  });
});
