/** Calls of tools and processes in sandboxes, told of once each. */
import { expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/core/agent-event.ts';
import type { Sandbox, SandboxEnd, SandboxSpec } from '../../../src/engine/ports/sandbox.ts';
import type { Observation } from '../../../src/engine/ports/telemetry.ts';
import { observedSandbox } from '../../../src/engine/telemetry/sandbox.ts';
import { createToolCalls } from '../../../src/engine/telemetry/tool-calls.ts';

const OF = { task: 't', run: 'r' };
function told() {
  const all: Observation[] = [];
  let now = 0;
  return {
    all,
    observe: (one: Observation) => void all.push(one),
    clock: {
      now() {
        now += 10;
        return new Date(now);
      },
    },
  };
}

const started = (callId: string, tool = 'Bash'): AgentEvent => ({
  type: 'tool.started',
  callId,
  tool,
  kind: 'command',
  input: { command: 'a secret' },
});
const finished = (callId: string, ok: boolean): AgentEvent => ({
  type: 'tool.finished',
  callId,
  ok,
  exitCode: null,
  output: 'another secret',
});

it('tells of a tool once it has ended, without what it was given and what it said', () => {
  const telemetry = told();
  const take = createToolCalls(telemetry, OF);
  const reason = 'no';
  for (const event of [
    started('1'),
    started('2', 'x'.repeat(500)),
    finished('2', false),
    finished('1', true),
    started('3'),
    { type: 'tool.denied', callId: '3', by: 'policy', ruleId: 'rule-7', reason } as const,
    finished('3', false),
    finished('3', false),
    finished('unknown', true),
  ])
    take(event);
  expect(telemetry.all).toMatchObject([
    { end: 'failed', policy: null, tool: expect.stringMatching(/^x{100}$/) },
    { end: 'ok', policy: null, tool: 'Bash', kind: 'command', ...OF },
    { end: 'denied', policy: 'rule-7' },
  ]);
  expect(JSON.stringify(telemetry.all)).not.toContain('secret');
  for (const one of telemetry.all) if ('from' in one) expect(one.to).toBeGreaterThan(one.from);
});

it('an agent that ends none of its calls is followed only so far', () => {
  const telemetry = told();
  const take = createToolCalls(telemetry, OF);
  for (let call = 0; call < 3_000; call += 1) take(started(`${call}`));
  for (let call = 0; call < 3_000; call += 1) take(finished(`${call}`, true));
  expect(telemetry.all).toHaveLength(1_000);
});

const END: SandboxEnd = { exitCode: 0, signal: null, by: 'exit', outOfMemory: false, ms: 1 };
const ended = (end: SandboxEnd): Sandbox => ({
  probe: async () => ({ ok: true, description: '' }),
  start: async () => ({
    output: (async function* () {})(),
    write: () => {},
    closeInput: () => {},
    done: Promise.resolve(end),
  }),
});
const SPEC = {} as SandboxSpec;

it.each([
  ['exit', END],
  ['timeout', { ...END, by: 'timeout' }],
  ['out_of_memory', { ...END, outOfMemory: true }],
] as const)('a process in a sandbox that ended by %s', async (end, given) => {
  const telemetry = told();
  const sandbox = observedSandbox(
    { ...telemetry, sandbox: ended(given) },
    { ...OF, executor: 'agent' },
  );
  await (await sandbox.start(SPEC)).done;
  expect(telemetry.all).toMatchObject([{ type: 'sandbox_ended', end, startMs: 10, ...OF }]);
});

it('a sandbox that could not be built is told of, and says why as before', async () => {
  const telemetry = told();
  const broken: Sandbox = {
    ...ended(END),
    start: () => Promise.reject(new Error('no namespaces')),
  };
  const sandbox = observedSandbox(
    { ...telemetry, sandbox: broken },
    { ...OF, executor: 'command' },
  );
  await expect(sandbox.start(SPEC)).rejects.toThrow('no namespaces');
  expect(telemetry.all).toMatchObject([{ end: 'not_started', executor: 'command' }]);
});
