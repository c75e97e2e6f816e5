/** A task that deploys: what is awaited, what failed, what is not accepted, and how often it goes back. */
import { describe, expect, it } from 'vitest';
import { fixGraph } from '../../../../src/core/graph/graphs.ts';
import { withEnvironments } from '../../../../src/core/graph/with-environments.ts';
import { Environments } from '../../../../src/core/repository-config/environment.ts';
import { ACCEPTANCE_REWORKS } from '../../../../src/core/task/decide/accept.ts';
import type { DeploymentSeen, TaskCommand } from '../../../../src/core/task/decide/command.ts';
import { task } from '../../../../src/core/task/decider.ts';
import { evolve } from '../../../../src/core/task/evolve/evolve.ts';
import { NO_TASK, type TaskState } from '../../../../src/core/task/state/state.ts';
import { created, decided, LATER, NOW, produced, readied, sha, started, work } from '../given.ts';

const environments = Environments.parse({
  preview: { on: 'pull_request', waitMinutes: 10, settleSeconds: 5, accept: [{ get: '/health' }] },
  staging: { on: 'merge', accept: [{ get: '/health' }, { command: 'smoke' }] },
  production: { on: 'merge', workflow: 'deploy.yml', inputs: { commit: '{commit}' } },
});
const commands = { test: ['npm', 'test'], smoke: ['npm', 'run', 'smoke'] };
const graph = withEnvironments(fixGraph(commands), environments);
const config = { commands, environments, remediate: { ci: true, reviews: true } };

/** Works until the preview is to be accepted. */
function working(over: Partial<typeof config> = {}) {
  let state: TaskState = NO_TASK;
  let now = NOW;
  const tell = (command: TaskCommand) => {
    const result = task.decide(state, command, { now, jitter: 0.5, effect: null });
    if (!result.ok) return result.refusal;
    for (const event of result.events)
      state = evolve(state, event, { seq: state.version + 1, at: now });
    return null;
  };
  const last = () => state.runs.at(-1)?.id ?? '';
  const start = () => tell(decided('run.start', 'allow', last()));
  /** One round up to the pull request. */
  const round = (head: string) => {
    for (let run = state.runs.at(-1); run?.state === 'queued'; run = state.runs.at(-1)) {
      if (run.executor.kind === 'builtin' && run.executor.builtin === 'publish') {
        start();
        const [branch, was] = ['gatehouse/issue-1', state.pushed?.sha ?? null];
        tell({ type: 'pushed', run: run.id, branch, sha: sha(head), tree: sha('b'), was });
        if (!state.pull)
          tell({ type: 'pull_opened', run: run.id, number: 2, nodeId: 'PR', head: sha(head) });
      } else if (run.executor.kind === 'builtin') return void start();
      else {
        start();
        tell(started(run.id));
        tell(produced(run.id, run.step === 'author' ? { work: work('b') } : {}));
        if (run.step === 'author') tell(decided('patch.accept', 'allow', run.id));
      }
    }
  };
  tell(created({ graph, config: { ...config, ...over } }));
  tell(decided('task.start', 'allow'));
  round('c');
  return {
    tell,
    last,
    start,
    round,
    later: (time: string) => {
      now = time;
    },
    get state() {
      return state;
    },
    judge: (results: { ok: boolean }[], address: string | null = 'https://pr-2.example.com') =>
      tell({
        type: 'acceptance_judged',
        run: last(),
        address,
        results: results.map(({ ok }) => ({ name: 'GET /', ok, seen: 'It is so.', fault: 'So.' })),
      }),
    merge: () => {
      start();
      tell(readied(last()));
      tell({ type: 'merged', commit: sha('d'), head: sha('c'), by: 'gatehouse' });
    },
    deploy: (deployment = 7) => {
      start();
      tell(decided('deploy', 'allow', last()));
      const data = { run: last(), environment: 'staging', commit: sha('d'), deployment };
      tell({ type: 'deployment_started', data: { ...data, workflowRun: null, link: null } });
    },
    see: (state: DeploymentSeen['state'], detail = '') =>
      tell({
        type: 'deployment_seen',
        run: last(),
        seen: { state, detail, link: null, address: null },
      }),
  };
}

const red = [{ ok: true }, { ok: false }];
const green = [{ ok: true }];

describe('the graph', () => {
  it('has a preview before the merge, and deployments one after the other behind it', () => {
    const needs = Object.fromEntries(graph.steps.map(step => [step.id, step.needs]));
    expect(needs).toMatchObject({
      'accept-preview': ['publish'],
      merge: ['show-review', 'accept-preview'],
      'deploy-staging': ['merge'],
      'accept-staging': ['deploy-staging'],
      'accept-staging-1': ['accept-staging'],
      'deploy-production': ['accept-staging-1'],
    });
  });
});

describe('a preview', () => {
  it('is looked for until it is there, and in the end its absence is a failure', () => {
    const it = working();
    it.judge([], null);
    expect(it.state.status).toBe('active');
    it.later(LATER);
    it.judge([], null);
    expect(it.state).toMatchObject({
      status: 'failure',
      reason: expect.stringMatching(/Nobody deployed/),
    });
  });

  it('may settle, then goes back to the author as often as it may', () => {
    const it = working();
    it.judge(red);
    expect(it.state.waitingReworks).toEqual([]);
    for (let sent = 1; sent <= ACCEPTANCE_REWORKS; sent++) {
      it.later(new Date(Date.parse(NOW) + sent * 60_000).toISOString());
      if (sent > 1) it.judge(red);
      it.later(new Date(Date.parse(NOW) + sent * 60_000 + 6_000).toISOString());
      it.judge(red);
      const [rework] = it.state.waitingReworks;
      expect(rework).toMatchObject({ origin: 'acceptance', role: 'author' });
      it.tell(decided('task.start', 'allow', null, { rework: rework?.id ?? '' }));
      expect(it.state.round).toBe(sent + 1);
      it.round(sent === 1 ? 'e' : 'f');
    }
    it.judge(red);
    it.later(LATER);
    it.judge(red);
    expect(it.state).toMatchObject({ status: 'failure', merged: null });
  });

  it('that nobody may work on ends the task, and nothing is merged', () => {
    const it = working();
    it.later(LATER);
    it.judge(red);
    it.later(new Date(Date.parse(LATER) + 6_000).toISOString());
    it.judge(red);
    const rework = it.state.waitingReworks[0]?.id ?? '';
    const { state } = it;
    it.tell(decided('task.start', 'deny', null, { rework }));
    expect(it.state).toMatchObject({ status: 'failure', merged: null });
    // So does that policy can't be asked about it.
    const key = `decide:task.start:${rework}`;
    const deed = { kind: 'decide', action: 'task.start', run: null, rework } as const;
    const opened = { key, since: 1, failures: 99, notBefore: null, lastNotBefore: null };
    const never = {
      message: 'No rules.',
      class: 'not_found',
      retryable: false,
      retryAfterMs: null,
    };
    const result = task.decide(
      state,
      { type: 'fail_effect', key, ...never },
      { now: LATER, jitter: 0.5, effect: { ...deed, ...opened } },
    );
    if (!result.ok) throw new Error(result.refusal.message);
    expect(result.events.map(({ type }) => type)).toEqual([
      'effect.failed',
      'rework.declined',
      'task.finished',
    ]);
  });
});

describe('a deployment', () => {
  const merged = () => {
    const it = working();
    it.judge(green);
    it.merge();
    return it;
  };

  it('is awaited, and the task ends with the last that was accepted', () => {
    const it = merged();
    it.deploy();
    it.see('waiting');
    const news = { deployment: 7, workflowRun: null, commit: sha('d'), environment: 'staging' };
    expect(it.tell({ type: 'deployment_told', news: { ...news, deployment: 8 } })).toMatchObject({
      code: 'repeated',
    });
    expect(it.tell({ type: 'deployment_told', news })).toBeNull();
    it.see('success');
    it.start();
    it.judge(green);
    it.start();
    it.tell(started(it.last()));
    it.tell(produced(it.last()));
    it.deploy(9);
    it.see('success');
    expect(it.state.status).toBe('success');
  });

  it.each([
    ['failed', 'failure' as const, NOW, /failed\. The log says so\./],
    ['does not end', 'waiting' as const, LATER, /did not end in the time/],
  ])('that %s fails the task, after the merge too', (_, state, time, reason) => {
    const it = merged();
    it.deploy();
    it.later(time);
    it.see(state, 'The log says so.');
    expect(it.state).toMatchObject({ status: 'failure', reason: expect.stringMatching(reason) });
  });

  it('goes ahead where GitHub asks about it, in one run of a workflow and no other', () => {
    const it = merged();
    const gate = { workflowRun: 5, environment: 'staging', commit: sha('d') };
    const absent = { code: 'absent' };
    expect(it.tell({ type: 'gate_asked', gate })).toMatchObject(absent);
    it.deploy();
    for (const other of [{ environment: 'production' }, { commit: sha('e') }])
      expect(it.tell({ type: 'gate_asked', gate: { ...gate, ...other } })).toMatchObject(absent);
    expect(it.tell({ type: 'gate_asked', gate })).toBeNull();
    expect(it.state.deployments).toMatchObject([{ gate: 5, state: 'waiting' }]);
    const another = { ...gate, workflowRun: 6 };
    expect(it.tell({ type: 'gate_asked', gate: another })).toMatchObject(absent);
    it.see('success');
    expect(it.tell({ type: 'gate_asked', gate })).toMatchObject(absent);
  });

  it('that policy denies fails the task', () => {
    const it = merged();
    it.start();
    it.tell(decided('deploy', 'deny', it.last()));
    expect(it.state).toMatchObject({ status: 'failure', deployments: [] });
  });
});
