/** What Prometheus reads, of a database with work on it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCounters } from '../../../src/adapters/metrics/counters.ts';
import { listenForMetrics } from '../../../src/compose/http/metrics.ts';
import { GATEHOUSE } from '../../../src/core/actor.ts';
import { NO_USAGE } from '../../../src/core/agent-event.ts';
import { taskStream } from '../../../src/core/stream.ts';
import type { Observe } from '../../../src/engine/ports/telemetry.ts';
import { created, decided, HISTORY, produced, started } from '../../core/task/given.ts';
import { beginBacklog, beginTask } from '../../engine/begin.ts';
import { openServices, type TestServices } from '../../engine/test-services.ts';

const registry = new Registry();
let services: TestServices;
let metrics: Awaited<ReturnType<typeof listenForMetrics>>;
let observe: Observe;
const failures: unknown[] = [];
beforeAll(async () => {
  services = await openServices();
  observe = createCounters(registry, { roles: ['author'], commands: ['fix'] });
  metrics = await listenForMetrics({ host: '127.0.0.1', port: 0 }, registry, {
    ...services,
    settings: { ...services.settings, budgets: { day: { usd: 50 } } },
    failed: error => failures.push(error),
  });
});
afterAll(async () => {
  await metrics.close();
  await services.close();
});

const at = (path: string) => `http://127.0.0.1:${metrics.port}${path}`;
const read = async () => (await fetch(at('/metrics'))).text();
const lines = async () => (await read()).split('\n');

it('tells what waits, what runs and what is left to ask', async () => {
  expect(await read()).toMatch(/^gatehouse_tasks_open 0$/m);
  await beginTask(services.log, 'waiting', HISTORY.waiting);
  await beginTask(services.log, 'queued', [created({ issue: 2 }), decided('task.start', 'allow')]);
  const run = 'author-1-1';
  const chosen = { run, adapter: 'simulated', version: '1', model: null, provider: null };
  await beginTask(services.log, 'asks', [
    created({ issue: 3 }),
    ...HISTORY.reproduced.slice(1),
    { type: 'choose', data: { ...chosen, reason: 'It is the only one.', skipped: [], others: 0 } },
    decided('run.start', 'allow', run),
    started(run),
    produced(run, {}, { class: 'auth', reason: 'Its key is refused.', retryable: false }),
  ]);
  await beginBacklog(services.log);
  const left = { limit: 5000, remaining: 400, resetMs: 3_600_000 };
  await services.requestBudget.share({ installation: 7, resource: 'core' }, left);
  await services.workers.report({ name: 'one', labels: [], agents: [] });
  const answer = await fetch(at('/metrics'));
  expect(answer.headers.get('content-type')).toContain('text/plain');
  const text = await answer.text();
  for (const line of [
    'gatehouse_tasks_open 3',
    'gatehouse_runs{state="queued"} 1',
    'gatehouse_runs{state="running"} 0',
    'gatehouse_runs{state="waiting_approval"} 1',
    // A request, a question and a backlog.
    'gatehouse_approvals_waiting 3',
    'gatehouse_workers 1',
    'gatehouse_github_requests_left{installation="7",resource="core"} 400',
    'gatehouse_github_requests_limit{installation="7",resource="core"} 5000',
    'gatehouse_github_silence_seconds{installation="7",resource="core"} 0',
    'gatehouse_github_shortage{installation="7",resource="core",class="merge"} 0',
    'gatehouse_github_shortage{installation="7",resource="core",class="surface"} 1',
    'gatehouse_deliveries_waiting 0',
    'gatehouse_effects{state="performed"} 0',
    'gatehouse_day_spent_usd 0',
    'gatehouse_day_limit_usd 50',
  ])
    expect(text.split('\n')).toContain(line);
  expect(text).toMatch(/^gatehouse_effects\{state="due"\} [1-9]\d*$/m);
  expect(text).toMatch(/^gatehouse_approvals_oldest_seconds [\d.e-]+$/m);
  expect(text).toMatch(/^gatehouse_effects_oldest_seconds [\d.e-]+$/m);
});

it('sees at the next reading what has become of a task', async () => {
  const stream = taskStream('queued');
  const command = {
    type: 'cancel' as const,
    by: { kind: 'operator' as const, name: 'ops' },
    target: null,
  };
  expect(await services.handle({ stream, command, actor: GATEHOUSE })).toMatchObject({ ok: true });
  expect(await lines()).toEqual(
    expect.arrayContaining(['gatehouse_tasks_open 2', 'gatehouse_runs{state="queued"} 0']),
  );
});

it('counts each thing that is told', async () => {
  const run = { task: 't', run: 'r' };
  const time = { from: 0, to: 2_000 };
  const agent = { role: 'author', adapter: 'claude', provider: 'p', model: 'm' };
  const of = { step: 'author', round: 1, attempt: 1, executor: 'agent', agent } as const;
  const model = { provider: 'p', model: 'm', usage: { ...NO_USAGE, input: 70, output: 5 } };
  observe({
    type: 'task_ended',
    ...time,
    task: 't',
    repository: 'a/b',
    command: 'fix',
    outcome: 'success',
  });
  observe({
    type: 'run_ended',
    ...run,
    ...time,
    ...of,
    outcome: 'failure',
    class: 'red',
    queuedMs: 500,
  });
  observe({
    type: 'policy_decided',
    ...run,
    gate: 'act',
    action: 'net.connect',
    outcome: 'deny',
    at: 0,
  });
  observe({ type: 'approval_ended', ...run, ...time, action: 'pr.merge', end: 'granted' });
  observe({ type: 'check_recovered', ...time, task: 't' });
  observe({ type: 'recovery_stopped', task: 't' });
  observe({ type: 'model_spent', ...model, calls: 1, nanoUsd: 250_000_000 });
  observe({ type: 'model_spent', ...model, calls: 3, nanoUsd: null });
  observe({ type: 'worker_spent', ms: 1_500, nanoUsd: 1_000_000_000 });
  observe({
    type: 'model_called',
    ...run,
    ...time,
    ...model,
    firstByteMs: 300,
    nanoUsd: null,
    end: 'answered',
  });
  observe({
    type: 'tool_called',
    ...run,
    ...time,
    tool: 'sh',
    kind: 'command',
    end: 'ok',
    policy: null,
  });
  observe({
    type: 'sandbox_ended',
    ...run,
    ...time,
    executor: 'agent',
    startMs: 40,
    end: 'timeout',
  });
  observe({ type: 'effect_performed', ...run, ...time, kind: 'push', outcome: 'done' });
  observe({ type: 'delivery_received', ...time, status: 202 });
  observe({ type: 'delivery_followed', ...time, outcome: 'handled' });
  observe({ type: 'delivery_found', in: 'log' });
  observe({ type: 'task_replayed', result: 'identical' });
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'gatehouse_tasks_ended_total{command="fix",outcome="success"} 1',
      // What never happened is told as well, so that the first time is seen to be one more.
      'gatehouse_tasks_ended_total{command="fix",outcome="failure"} 0',
      'gatehouse_task_seconds_sum{outcome="success"} 2',
      'gatehouse_runs_ended_total{executor="agent",role="author",outcome="failure",class="red"} 1',
      'gatehouse_run_seconds_count{executor="agent",role="author"} 1',
      'gatehouse_run_queued_seconds_sum{executor="agent"} 0.5',
      'gatehouse_policy_decisions_total{gate="act",action="net.connect",outcome="deny"} 1',
      'gatehouse_policy_decisions_total{gate="merge",action="pr.merge",outcome="deny"} 0',
      'gatehouse_approval_seconds_sum{action="pr.merge",end="granted"} 2',
      'gatehouse_recovery_seconds_sum 2',
      'gatehouse_recoveries_stopped_total 1',
      'gatehouse_model_cost_usd_total{provider="p",model="m"} 0.25',
      'gatehouse_model_unpriced_calls_total{provider="p",model="m"} 3',
      'gatehouse_work_seconds_total 1.5',
      'gatehouse_work_cost_usd_total 1',
      'gatehouse_model_calls_total{provider="p",model="m",end="answered"} 1',
      'gatehouse_model_tokens_total{provider="p",model="m",kind="input"} 70',
      'gatehouse_model_first_byte_seconds_sum{provider="p",model="m"} 0.3',
      'gatehouse_model_call_seconds_sum{provider="p",model="m"} 2',
      'gatehouse_tool_calls_total{kind="command",end="ok"} 1',
      'gatehouse_sandboxes_ended_total{executor="agent",end="timeout"} 1',
      'gatehouse_sandbox_start_seconds_sum 0.04',
      'gatehouse_sandbox_seconds_sum{executor="agent"} 1.96',
      'gatehouse_effects_performed_total{kind="push",outcome="done"} 1',
      'gatehouse_effect_seconds_count{kind="push"} 1',
      'gatehouse_delivery_acknowledged_seconds_count{status="202"} 1',
      'gatehouse_delivery_followed_seconds_count{outcome="handled"} 1',
      'gatehouse_deliveries_found_total{in="log"} 1',
      'gatehouse_replays_total{result="identical"} 1',
    ]),
  );
});

it('names that somebody else chooses have a bounded number of series', async () => {
  const called = {
    type: 'model_called',
    task: 't',
    run: 'r',
    from: 0,
    to: 0,
    firstByteMs: null,
    nanoUsd: null,
  } as const;
  for (let n = 0; n < 500; n += 1)
    observe({ ...called, provider: 'p', model: `m-${n}`, usage: NO_USAGE, end: 'quota' });
  const series = (await lines()).filter(line => line.startsWith('gatehouse_model_calls_total{'));
  expect(series.length).toBeLessThan(60);
  expect(series).toContain(
    'gatehouse_model_calls_total{provider="other",model="other",end="quota"} 451',
  );
});

it('answers nothing else', async () => {
  for (const [path, method] of [
    ['/', 'GET'],
    ['/health', 'GET'],
    ['/metrics', 'POST'],
  ] as const)
    expect((await fetch(at(path), { method })).status).toBe(404);
  expect(failures).toEqual([]);
});

describe('docs/observability.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/observability.md'), 'utf8');

  it('has a row for each metric that is served, with its type and labels, and no other', async () => {
    const served = (await registry.getMetricsAsJSON()).map(({ name, type }) => `${name} ${type}`);
    const rows = [...page.matchAll(/^\| `(gatehouse_\w+)` \| (\w+) \| ([^|]*) \| [^|]+ \|$/gm)];
    expect(rows.map(([, name, type]) => `${name} ${type}`).sort()).toEqual(served.sort());
    const text = await read();
    for (const [, name, , cell = ''] of rows) {
      const labels = cell.split(',').map(label => label.trim().replaceAll('`', ''));
      const line = new RegExp(`^${name}(?:_count)?\\{([^}]*)\\}`, 'm').exec(text)?.[1] ?? '';
      const found = [...line.matchAll(/(\w+)="/g)].map(([, label]) => label);
      // Nothing was told of some of them.
      if (line !== '') expect([name, ...labels.sort()]).toEqual([name, ...found.sort()]);
    }
  });

  it('no metric has a repository, a task or a person as a label', async () => {
    expect(await read()).not.toMatch(/[{,](repository|task|run|person|login|issue|pull)="/);
  });
});
