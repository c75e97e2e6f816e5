/**
 * Measures what being watched costs: a reading of the metrics on a long log, and what counting and tracing add to
 * the acknowledgement of a webhook and to a run, beside the same without them, in the same rounds.
 */
import { Registry } from 'prom-client';
import { createCounters } from '../../src/adapters/metrics/counters.ts';
import type { Store } from '../../src/adapters/store/store.ts';
import { createTraces, type Traces } from '../../src/adapters/traces/traces.ts';
import { listen } from '../../src/compose/http/listen.ts';
import { listenForMetrics } from '../../src/compose/http/metrics.ts';
import type { Config } from '../../src/config.ts';
import { GATEHOUSE } from '../../src/core/actor.ts';
import { NO_USAGE } from '../../src/core/agent-event.ts';
import { taskStream } from '../../src/core/stream.ts';
import type { Settings } from '../../src/engine/dependencies.ts';
import { createHandle } from '../../src/engine/handle.ts';
import type { Observe } from '../../src/engine/ports/telemetry.ts';
import { traceIdOf } from '../../src/engine/trace-id.ts';
import { startOtlpReceiver } from '../adapters/traces/otlp-receiver.ts';
import { compared, type Figure, valued } from '../figures/figures.ts';
import { ownDatabase } from './own-database.ts';
import { alternate, percentile, timed } from './rounds.ts';
import { ENDED, seeded } from './telemetry/seed.ts';
import { payload, request, SECRET } from './webhooks/payload.ts';

export const name = 'telemetry';

const READINGS = 50;
const WEBHOOKS = 300;
/** Their spans find room in the queue. */
const RUNS = 25;
const ROUNDS = 5;
const clock = { now: () => new Date() };
const silent: Observe = () => {};

export async function measure(): Promise<Figure[]> {
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const { store, open } = await seeded(await ownDatabase(closing));
    closing.unshift(store.close);
    const receiver = await startOtlpReceiver();
    closing.unshift(receiver.close);
    const counters = createCounters(new Registry(), { roles: [], commands: [] });
    const traces = () => tracesTo(receiver.url);
    const traced = traces();
    closing.unshift(traced.close);
    const watched: Observe = told => {
      counters(told);
      traced.observe(told);
    };
    return [
      await reading(store, open),
      await acknowledging(store, watched),
      await running(counters, traces),
    ];
  } finally {
    for (const close of closing) await close();
  }
}

const tracesTo = (url: string): Traces => {
  const sampler = { name: 'always_on', ratio: 1 } as const;
  const options = { url, headers: {}, timeoutMs: 10_000, resource: {}, sampler };
  return createTraces(options, { traceIdOf, warn: () => {} });
};

/** Between two readings some tasks go on, as between two scrapes. */
async function reading(store: Store, open: readonly string[]): Promise<Figure> {
  const registry = new Registry();
  createCounters(registry, { roles: [], commands: [] });
  const settings = { budgets: {} } as Settings;
  const failed = (error: unknown) => {
    throw error;
  };
  const parts = { ...store, clock, settings, failed };
  const metrics = await listenForMetrics({ host: '127.0.0.1', port: 0 }, registry, parts);
  const redact = (text: string) => text;
  const handle = createHandle({
    ...store,
    clock,
    redact,
    random: () => 0.5,
    appended: async () => {},
  });
  const read = async () => {
    const answer = await fetch(`http://127.0.0.1:${metrics.port}/metrics`);
    if (!(await answer.text()).includes(`gatehouse_tasks_open ${open.length}`))
      throw new Error('the metrics do not tell the open tasks');
  };
  try {
    await read();
    const times: number[] = [];
    for (let n = 0; n < READINGS; n += 1) {
      const by = { kind: 'operator' as const, name: 'bench' };
      const type = n % 2 === 0 ? ('pause' as const) : ('resume' as const);
      for (const id of open.slice(0, 5)) {
        const command = { type, by, target: null };
        const handled = await handle({ stream: taskStream(id), command, actor: GATEHOUSE });
        if (!handled.ok) throw new Error(handled.refusal.message);
      }
      times.push(await timed(read));
    }
    const of = `reading /metrics on ${ENDED.toLocaleString('en-US')} tasks, p95`;
    return valued(of, percentile(times, 0.95), 'ms', { most: 100 });
  } finally {
    await metrics.close();
  }
}

async function acknowledging(store: Store, watched: Observe): Promise<Figure> {
  const config = {
    github: { webhookSecret: { reveal: () => SECRET } },
    listen: { host: '127.0.0.1', port: 0 },
  } as Config;
  const serve = (observe: Observe) =>
    listen(config, {
      ...store,
      delivered: async () => {},
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      observe,
      ready: {},
      taskHook: async () => false,
      consoleFiles: async () => false,
      authPages: async () => false,
      api: async () => false,
    });
  const [on, off] = await Promise.all([serve(watched), serve(silent)]);
  let sent = 0;
  const round = async ({ url }: { url: string }) => {
    const ms = await timed(async () => {
      for (let n = 0; n < WEBHOOKS; n += 1) {
        sent += 1;
        await post(url, payload(sent));
      }
    });
    return ms / WEBHOOKS;
  };
  const times = await alternate(
    ROUNDS,
    () => round(on),
    () => round(off),
  );
  await Promise.all([on.close(), off.close()]);
  return compared(
    'acknowledging a webhook, counted and traced, beside neither',
    { value: times.ours, unit: 'ms', baseline: times.plain },
    { most: 1.1 },
  );
}

/** As GitHub sends it: the head and the body that the other benchmark sends over a socket. */
async function post(url: string, body: string): Promise<void> {
  const [head = ''] = request('/api/github/webhooks', body).toString('utf8').split('\r\n\r\n');
  const lines = head
    .split('\r\n')
    .slice(1)
    .map(line => line.split(': '));
  const headers = Object.fromEntries(
    lines.filter(([key]) => !/^(host|content-length)$/.test(key ?? '')),
  );
  const answer = await fetch(`${url}/api/github/webhooks`, { method: 'POST', headers, body });
  if (answer.status !== 202) throw new Error(`answered ${answer.status}: ${await answer.text()}`);
}

/**
 * What a run with 20 calls of a model and 50 of tools is told by, in a row, until all of it is sent. The
 * collector is in this process, so what it does is among it.
 */
async function running(counters: Observe, traces: () => Traces): Promise<Figure> {
  const time = { from: Date.now() - 1_000, to: Date.now() };
  const run = (observe: Observe, n: number) => {
    const of = { task: `task-${n}`, run: 'author-1-1', ...time };
    for (let call = 0; call < 20; call += 1)
      observe({
        type: 'model_called',
        ...of,
        provider: 'openai',
        model: 'm',
        firstByteMs: 300,
        usage: { ...NO_USAGE, input: 1_000, output: 100 },
        nanoUsd: 1_000_000,
        end: 'answered',
      });
    for (let call = 0; call < 50; call += 1) {
      observe({
        type: 'tool_called',
        ...of,
        tool: 'Bash',
        kind: 'command',
        end: 'ok',
        policy: null,
      });
      observe({
        type: 'policy_decided',
        ...of,
        gate: 'act',
        action: 'command.exec',
        outcome: 'allow',
        at: time.to,
      });
    }
    observe({
      type: 'run_ended',
      ...of,
      step: 'author',
      round: 1,
      attempt: 1,
      executor: 'agent',
      agent: { role: 'author', adapter: 'codex', provider: 'openai', model: 'm' },
      outcome: 'success',
      class: null,
      queuedMs: 10,
    });
  };
  const round = async (observe: Observe, close: () => Promise<void>) => {
    const began = process.cpuUsage();
    for (let n = 0; n < RUNS; n += 1) run(observe, n);
    await close();
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
  const times = await alternate(
    ROUNDS,
    () => {
      const { observe, close } = traces();
      return round(told => {
        counters(told);
        observe(told);
      }, close);
    },
    () => round(silent, async () => {}),
  );
  const added = (times.ours - times.plain) / RUNS;
  return valued('processor time that counting and tracing add to a run of 70 calls', added, 'ms', {
    most: 10,
  });
}
