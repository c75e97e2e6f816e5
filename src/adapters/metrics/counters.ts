/**
 * What this process has done since it started, counted for Prometheus. Each observation is told by one
 * process, so the sum over all processes is the whole.
 */
import { Counter, Histogram, type Registry } from 'prom-client';
import { usdOf } from '../../core/budget.ts';
import { Action, GATE_OF, Outcome } from '../../core/decision.ts';
import type { Observation, Observe } from '../../engine/ports/telemetry.ts';
import { createLabelValues } from './label-values.ts';

/** Seconds. */
const SHORT = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const CALLS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const RUNS = [1, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200];
const DAYS = [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 259_200, 604_800];

type Kind<T extends Observation['type']> = Extract<Observation, { type: T }>;
type Counting = { [T in Observation['type']]: (observation: Kind<T>) => void };

/** `roles` and `commands`: which there are, so that their first end is seen to be one more than none. */
export function createCounters(
  registry: Registry,
  known: { roles: readonly string[]; commands: readonly string[] },
): Observe {
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `gatehouse_${name}`, help, labelNames, registers: [registry] });
  const seconds = <L extends string>(
    name: string,
    help: string,
    { buckets, labelNames = [] }: { buckets: number[]; labelNames?: readonly L[] },
  ) =>
    new Histogram({
      name: `gatehouse_${name}_seconds`,
      help,
      labelNames,
      buckets,
      registers: [registry],
    });

  const tasks = counter('tasks_ended_total', 'Tasks that ended', ['command', 'outcome']);
  const taskTime = seconds('task', 'From the call to the end of a task', {
    buckets: DAYS,
    labelNames: ['outcome'],
  });
  const runs = counter('runs_ended_total', 'Runs that ended', [
    'executor',
    'role',
    'outcome',
    'class',
  ]);
  const runTime = seconds('run', 'From the start to the end of a run', {
    buckets: RUNS,
    labelNames: ['executor', 'role'],
  });
  const runWait = seconds('run_queued', 'How long a run waited until it started', {
    buckets: RUNS,
    labelNames: ['executor'],
  });
  const decisions = counter('policy_decisions_total', 'Answers of policy', [
    'gate',
    'action',
    'outcome',
  ]);
  const approvals = seconds(
    'approval',
    'From asking people to their answer, or to its being void',
    {
      buckets: DAYS,
      labelNames: ['action', 'end'],
    },
  );
  const recovery = seconds('recovery', 'From a failing check to its being green again', {
    buckets: DAYS,
  });
  const stopped = counter(
    'recoveries_stopped_total',
    'Failing checks on which no more work was started',
  );
  const cost = counter('model_cost_usd_total', 'What calls of models cost, where that is known', [
    'provider',
    'model',
  ]);
  const unpriced = counter('model_unpriced_calls_total', 'Calls of models without a known price', [
    'provider',
    'model',
  ]);
  const workTime = counter('work_seconds_total', 'How long runs worked');
  const workCost = counter(
    'work_cost_usd_total',
    "What the worker's time cost, where it has a price",
  );
  const calls = counter('model_calls_total', 'Calls of models, by how they ended', [
    'provider',
    'model',
    'end',
  ]);
  const tokens = counter('model_tokens_total', 'Tokens of calls of models', [
    'provider',
    'model',
    'kind',
  ]);
  const callTime = seconds('model_call', 'How long a call of a model took', {
    buckets: CALLS,
    labelNames: ['provider', 'model'],
  });
  const firstByte = seconds('model_first_byte', 'Until the first byte of an answer of a model', {
    buckets: CALLS,
    labelNames: ['provider', 'model'],
  });
  const tools = counter('tool_calls_total', 'Calls of tools by agents', ['kind', 'end']);
  const sandboxes = counter('sandboxes_ended_total', 'Processes in a sandbox, by how they ended', [
    'executor',
    'end',
  ]);
  const sandboxTime = seconds('sandbox', 'How long a process in a sandbox ran', {
    buckets: RUNS,
    labelNames: ['executor'],
  });
  const sandboxStart = seconds('sandbox_start', 'Until a process in a sandbox had started', {
    buckets: SHORT,
  });
  const effects = counter('effects_performed_total', 'Effects that were performed', [
    'kind',
    'outcome',
  ]);
  const effectTime = seconds('effect', 'How long an effect took', {
    buckets: CALLS,
    labelNames: ['kind'],
  });
  const acknowledged = seconds('delivery_acknowledged', 'From a request to its answer', {
    buckets: SHORT,
    labelNames: ['status'],
  });
  const followed = seconds('delivery_followed', 'From a delivery to what came of it', {
    buckets: CALLS,
    labelNames: ['outcome'],
  });
  const found = counter('deliveries_found_total', 'Events that no delivery brought', ['in']);
  const replays = counter('replays_total', 'Ended tasks that were verified and replayed', [
    'result',
  ]);

  for (const command of known.commands)
    for (const outcome of ['success', 'failure', 'canceled', 'refused'])
      tasks.inc({ command, outcome }, 0);
  for (const role of known.roles)
    for (const outcome of ['success', 'failure', 'canceled'])
      runs.inc({ executor: 'agent', role, outcome, class: '' }, 0);
  for (const action of Action.options)
    for (const outcome of Outcome.options)
      decisions.inc({ gate: GATE_OF[action], action, outcome }, 0);
  for (const result of ['identical', 'different', 'not_verified']) replays.inc({ result }, 0);
  for (const executor of ['agent', 'command'])
    for (const end of [
      'exit',
      'timeout',
      'aborted',
      'output_limit',
      'disk_full',
      'out_of_memory',
      'not_started',
    ])
      sandboxes.inc({ executor, end }, 0);
  for (const place of ['log', 'repository']) found.inc({ in: place }, 0);

  const commandOf = createLabelValues(known.commands);
  const roleOf = createLabelValues(known.roles);
  const modelOf = createLabelValues();
  const named = ({ provider, model }: { provider: string; model: string }) => {
    const [first = '', ...rest] = modelOf(`${provider}/${model}`).split('/');
    return { provider: first, model: rest.join('/') || first };
  };

  const counting: Counting = {
    task_ended({ command, outcome, from, to }) {
      tasks.inc({ command: commandOf(command), outcome });
      taskTime.observe({ outcome }, (to - from) / 1000);
    },
    run_ended({ executor, agent, outcome, class: failure, queuedMs, from, to }) {
      const role = agent ? roleOf(agent.role) : '';
      runs.inc({ executor, role, outcome, class: failure ?? '' });
      if (queuedMs === null) return;
      runTime.observe({ executor, role }, (to - from) / 1000);
      runWait.observe({ executor }, queuedMs / 1000);
    },
    policy_decided: ({ gate, action, outcome }) => decisions.inc({ gate, action, outcome }),
    approval_ended: ({ action, end, from, to }) =>
      approvals.observe({ action, end }, (to - from) / 1000),
    check_recovered: ({ from, to }) => recovery.observe((to - from) / 1000),
    recovery_stopped: () => stopped.inc(),
    model_spent({ nanoUsd, calls: count, ...model }) {
      if (nanoUsd === null) unpriced.inc(named(model), count);
      else cost.inc(named(model), usdOf(nanoUsd));
    },
    worker_spent({ ms, nanoUsd }) {
      workTime.inc(ms / 1000);
      workCost.inc(usdOf(nanoUsd ?? 0));
    },
    model_called({ usage, end, firstByteMs, from, to, ...model }) {
      const of = named(model);
      calls.inc({ ...of, end });
      callTime.observe(of, (to - from) / 1000);
      if (firstByteMs !== null) firstByte.observe(of, firstByteMs / 1000);
      for (const [kind, count] of [
        ['input', usage.input],
        ['cached', usage.cached],
        ['cache_write', usage.cacheWrite],
        ['output', usage.output],
      ] as const)
        tokens.inc({ ...of, kind }, count);
    },
    tool_called: ({ kind, end }) => tools.inc({ kind, end }),
    sandbox_ended({ executor, end, startMs, from, to }) {
      sandboxes.inc({ executor, end });
      if (end === 'not_started') return;
      sandboxStart.observe(startMs / 1000);
      sandboxTime.observe({ executor }, (to - from - startMs) / 1000);
    },
    effect_performed({ kind, outcome, from, to }) {
      effects.inc({ kind, outcome });
      effectTime.observe({ kind }, (to - from) / 1000);
    },
    delivery_received: ({ status, from, to }) =>
      acknowledged.observe({ status: `${status}` }, (to - from) / 1000),
    delivery_followed: ({ outcome, from, to }) => followed.observe({ outcome }, (to - from) / 1000),
    delivery_found: ({ in: place }) => found.inc({ in: place }),
    task_replayed: ({ result }) => replays.inc({ result }),
  };
  return observation => count(counting, observation);
}

function count<T extends Observation['type']>(counting: Counting, observation: Kind<T>): void {
  const counts: (told: Kind<T>) => void = counting[observation.type as T];
  counts(observation);
}
