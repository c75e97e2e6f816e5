/** Values that a CLI which is broken, or taken over, may print: what becomes of them is in a form of the journal. */
import { expect, test } from 'vitest';
import { createCalls } from '../../../src/adapters/agents/acp/calls.ts';
import { createClaudeReader } from '../../../src/adapters/agents/claude/reader.ts';
import { classOf } from '../../../src/adapters/agents/codex/classify.ts';
import { createCodexReader } from '../../../src/adapters/agents/codex/reader.ts';
import { THREAD } from '../../../src/adapters/agents/codex/requests.ts';
import { copilotCli } from '../../../src/adapters/agents/copilot/dialect.ts';
import { AgentEvent, addUsage, Usage } from '../../../src/core/agent-event.ts';
import { createTally } from '../../../src/engine/attempt/process/tally.ts';
import { listeningChannel, REQUEST } from '../../contract/agent-adapter.ts';
import { threadTime } from '../../thread-time.ts';

const MOST = Number.MAX_SAFE_INTEGER;
const usage = { input: MOST, cached: MOST, cacheWrite: MOST, output: MOST, reasoning: MOST };

const claudeSays = (line: unknown): AgentEvent[] =>
  createClaudeReader({ tools: [], servers: [] }, listeningChannel([]).channel).line(
    'stdout',
    JSON.stringify(line),
  );

const model = {
  inputTokens: MOST,
  outputTokens: MOST,
  cacheReadInputTokens: MOST,
  cacheCreationInputTokens: MOST,
  thinkingTokens: MOST,
  costUSD: Number.MAX_VALUE,
};

test('a change that is told to start again and again, with another path each time', () => {
  const reader = createCodexReader(REQUEST, listeningChannel([]).channel, 'm');
  reader.line('stdout', JSON.stringify({ id: THREAD, result: { thread: { id: 't' } } }));
  const lines = Array.from({ length: 8_000 }, (_, at) => {
    const changes = [{ path: `/${at}`, kind: { type: 'add' }, diff: '' }];
    const item = { id: 'c', type: 'fileChange', status: 'inProgress', changes };
    return JSON.stringify({
      method: 'item/started',
      params: { threadId: 't', turnId: 'u', startedAtMs: 1, item },
    });
  });
  const events: AgentEvent[] = [];
  const read = (from: number, to: number) =>
    threadTime(() => {
      for (const line of lines.slice(from, to)) events.push(...reader.line('stdout', line));
    });
  const first = Math.max(20, read(0, 2_000));
  // The last lines take no longer for those before them.
  expect(read(6_000, 8_000) / first).toBeLessThan(4);
  expect(events.map(({ type }) => type)).toContain('tool.started');
});

test.each<[string, () => AgentEvent[]]>([
  [
    'an exit code that is no exit code',
    () =>
      createCalls({ toolOf: () => 'bash', mcpOf: () => null }).told({
        toolCallId: 'c',
        kind: 'execute',
        status: 'completed',
        rawOutput: { metadata: { exit: 1e300 } },
      }),
  ],
  [
    'a wait without end',
    () => claudeSays({ type: 'system', subtype: 'api_retry', retry_delay_ms: 1e300 }),
  ],
  [
    'sums of several models',
    () =>
      claudeSays({
        type: 'result',
        subtype: 'success',
        is_error: false,
        model_usage_since_last_result: { one: model, two: model },
      }),
  ],
  [
    'a kind of error that every object has',
    () => {
      const error = { message: '', additionalDetails: null, codexErrorInfo: '__proto__' };
      return [{ type: 'error', ...classOf(error), message: '', fatal: true }];
    },
  ],
])('%s', (_what, events) => {
  const told = events();
  expect(told).not.toEqual([]);
  for (const event of told)
    expect(AgentEvent.safeParse(event), JSON.stringify(event)).toMatchObject({ success: true });
});

test('a kind of tool that every object has is its name', () => {
  const { toolOf } = copilotCli({ servers: [] });
  expect(toolOf({ toolCallId: 'c', kind: '__proto__' })).toBe('__proto__');
  expect(toolOf({ toolCallId: 'c', kind: 'execute' })).toBe('bash');
});

test('what several runs say together is a number that the record can hold', () => {
  expect(Usage.safeParse(addUsage(usage, usage)).success).toBe(true);
  const tally = createTally();
  for (let n = 0; n < 3; n += 1) {
    tally.add([{ type: 'usage', usage, scope: 'step' }]);
    tally.add([{ type: 'cost', usd: Number.MAX_VALUE, basis: 'provider', scope: 'step' }]);
  }
  expect(Usage.safeParse(tally.used().usage).success).toBe(true);
});
