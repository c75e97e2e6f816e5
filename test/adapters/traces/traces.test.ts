/** Traces as a collector gets them. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { spanOf } from '../../../src/adapters/traces/spans.ts';
import { createTraces, type TraceOptions } from '../../../src/adapters/traces/traces.ts';
import type { Observation } from '../../../src/engine/ports/telemetry.ts';
import { traceIdOf } from '../../../src/engine/trace-id.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';

const OPTIONS: Omit<TraceOptions, 'url'> = {
  headers: { authorization: 'Basic cHVibGljOnNlY3JldA==' },
  timeoutMs: 1_000,
  resource: { 'service.name': 'gatehouse', 'deployment.environment.name': 'test' },
  sampler: { name: 'parentbased_always_on', ratio: 1 },
};
const RUN = { task: 'task-1', run: 'run-1' };
const TIME = { from: 1_764_000_000_000, to: 1_764_000_002_500 };
const USAGE = { input: 100, cached: 900, cacheWrite: 50, output: 20, reasoning: 5 };
const AGENT = { role: 'author', adapter: 'claude', provider: 'anthropic', model: 'm-1' };

const TASK: Observation = {
  type: 'task_ended',
  task: 'task-1',
  ...TIME,
  repository: 'acme/span',
  command: 'fix',
  outcome: 'success',
};
const WORK: Observation = {
  type: 'run_ended',
  ...RUN,
  ...TIME,
  step: 'author',
  round: 1,
  attempt: 2,
  executor: 'agent',
  agent: AGENT,
  outcome: 'failure',
  class: 'timeout',
  queuedMs: 5,
};
const CALL: Observation = {
  type: 'model_called',
  ...RUN,
  ...TIME,
  provider: 'gemini',
  model: 'g-1',
  usage: USAGE,
  nanoUsd: 1_500_000,
  firstByteMs: 400,
  end: 'answered',
};
const TOOL: Observation = {
  type: 'tool_called',
  ...RUN,
  ...TIME,
  tool: 'Bash',
  kind: 'command',
  end: 'denied',
  policy: 'no-network',
};
const DENIED: Observation = {
  type: 'policy_decided',
  ...RUN,
  gate: 'act',
  action: 'net.connect',
  outcome: 'deny',
  at: TIME.from,
};

async function traced(told: readonly Observation[], options: Partial<TraceOptions> = {}) {
  const receiver = await startOtlpReceiver();
  onTestFinished(receiver.close);
  const warn = (problem: string) => expect.fail(problem);
  const traces = createTraces({ ...OPTIONS, url: receiver.url, ...options }, { traceIdOf, warn });
  for (const one of told) traces.observe(one);
  await traces.close();
  expect(receiver.faults).toEqual([]);
  return receiver;
}

it('a task, its run, and in that its calls of models and tools, by the conventions', async () => {
  // A run's children are told of before it, and by whoever did them: the order says nothing.
  const { spans, resources, headers } = await traced([CALL, TOOL, DENIED, WORK, TASK]);
  const named = (name: string) => spans.find(span => span.name === name);
  const task = named('task fix');
  const agent = named('invoke_agent author');
  expect(new Set(spans.map(({ trace }) => trace))).toEqual(new Set([traceIdOf('task-1')]));
  expect(task).toMatchObject({ parent: null, failed: false, ms: 2_500 });
  expect(agent).toMatchObject({
    parent: task?.id,
    failed: true,
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'author',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'm-1',
      'gatehouse.attempt': 2,
      'error.type': 'timeout',
    },
  });
  expect(named('chat g-1')).toMatchObject({
    parent: agent?.id,
    kind: 3,
    failed: false,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'gcp.gemini',
      'gen_ai.usage.input_tokens': 1_050,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read.input_tokens': 900,
      'gen_ai.usage.cache_write.input_tokens': 50,
      'gen_ai.usage.reasoning.output_tokens': 5,
      'gen_ai.usage.cost': 0.0015,
      'gen_ai.response.time_to_first_chunk': 0.4,
    },
  });
  expect(named('execute_tool Bash')).toMatchObject({
    parent: agent?.id,
    failed: true,
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'Bash',
      'gatehouse.policy.id': 'no-network',
      'error.type': 'denied',
    },
  });
  expect(named('policy net.connect')).toMatchObject({ parent: agent?.id, ms: 0 });
  expect(resources[0]).toMatchObject(OPTIONS.resource);
  expect(headers[0]?.authorization).toBe(OPTIONS.headers.authorization);
});

it('only calls of models have tokens: the sum over all spans is what was used', async () => {
  const { spans } = await traced([CALL, CALL, WORK, TASK, TOOL]);
  const tokens = spans.map(span => Number(span.attributes['gen_ai.usage.input_tokens'] ?? 0));
  expect(tokens.reduce((sum, each) => sum + each, 0)).toBe(2_100);
});

it('two processes, one of which knows nothing of the other, make one trace', async () => {
  const first = await traced([CALL]);
  const second = await traced([WORK, TASK]);
  const [chat] = first.spans;
  expect(chat?.parent).toBe(second.spans.find(({ name }) => name.startsWith('invoke_agent'))?.id);
  expect(chat?.trace).toBe(second.spans[0]?.trace);
});

it('what is in no trace, and what an agent is simply allowed, is not sent', () => {
  const effect = { type: 'effect_performed', ...RUN, ...TIME, outcome: 'done' } as const;
  for (const told of [
    { ...DENIED, outcome: 'allow' },
    { type: 'delivery_found', in: 'log' },
    { ...effect, kind: 'attempt' },
    { ...effect, kind: 'push', task: null, run: null },
    { ...effect, kind: 'push', outcome: 'left' },
  ] as Observation[])
    expect(spanOf(told)).toBeNull();
  expect(spanOf({ ...effect, kind: 'push' })).toMatchObject({ name: 'effect push' });
});

it('a ratio keeps some traces, each whole, and the same in every process', async () => {
  const of = (task: string) => [
    { ...TASK, task },
    { ...CALL, task },
  ];
  const told = Array.from({ length: 200 }, (_, n) => of(`task-${n}`)).flat();
  const sampler = { name: 'parentbased_traceidratio', ratio: 0.5 } as const;
  const [one, other] = [await traced(told, { sampler }), await traced(told, { sampler })];
  const kept = ({ spans }: typeof one) => spans.map(({ trace, name }) => `${trace} ${name}`).sort();
  expect(kept(one)).toEqual(kept(other));
  expect(one.spans.length).toBeGreaterThan(100);
  expect(one.spans.length).toBeLessThan(300);
  const traces = Map.groupBy(one.spans, ({ trace }) => trace);
  for (const spans of traces.values()) expect(spans).toHaveLength(2);
  const off = { name: 'always_off', ratio: 1 } as const;
  expect((await traced(told, { sampler: off })).spans).toEqual([]);
});

/** Takes connections, and answers nothing. */
async function silent(): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer(socket => void sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1/traces`;
}

it.each([
  ['nobody listens', async () => 'http://127.0.0.1:1/v1/traces'],
  ['it never answers', silent],
  [
    'it refuses',
    async () => {
      const receiver = await startOtlpReceiver({ status: 401 });
      onTestFinished(receiver.close);
      return receiver.url;
    },
  ],
])('a collector that is no use costs nothing: %s', async (_why, at) => {
  const problems: string[] = [];
  const warn = (problem: string) => void problems.push(problem);
  const traces = createTraces({ ...OPTIONS, url: await at() }, { traceIdOf, warn });
  const began = performance.now();
  for (let n = 0; n < 20_000; n += 1) traces.observe(CALL);
  const told = performance.now() - began;
  // Nothing of it waits for the collector; what finds no room in the queue is dropped.
  expect(told).toBeLessThan(5_000);
  await traces.close();
  expect(performance.now() - began - told).toBeLessThan(10_000);
  expect(problems.join()).not.toContain('cHVibGljOnNlY3JldA');
});
