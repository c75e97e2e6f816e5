/** What a run says is copied beside it: the run waits for nothing, and nothing is lost before its end. */
import { expect, it, vi } from 'vitest';
import { NO_USAGE } from '../../../../src/core/agent-event.ts';
import { createLiveOutput } from '../../../../src/engine/attempt/process/live-output.ts';
import type { RunOutput } from '../../../../src/engine/ports/run-output.ts';

const PART = { task: 't', run: 'author-1-1', part: 0 };
const EVENT = { type: 'message' as const, role: 'assistant' as const, text: 'I look.' };

/** A place that answers when the test lets it; `added` is what it was given, batch by batch. */
function place() {
  const added: { first: number; lines: readonly string[]; message: string }[] = [];
  let answer: () => Promise<void> = async () => {};
  const runOutput: RunOutput = {
    async add(_part, { first, lines, progress }) {
      added.push({ first, lines, message: progress.message });
      await answer();
    },
    read: async () => [],
    progress: async () => new Map(),
    drop: vi.fn(async () => {}),
    follow: async () => ({ stop: () => {} }),
  };
  const warn = vi.fn();
  const logger = { debug: warn, info: warn, warn, error: warn };
  const live = createLiveOutput(
    { runOutput, logger },
    {
      part: PART,
      begins: { adapter: 'simulated', version: '1', model: null },
      usage: () => NO_USAGE,
    },
  );
  return {
    live,
    added,
    warn,
    runOutput,
    answers(with_: () => Promise<void>) {
      answer = with_;
    },
  };
}

it('adds what was said meanwhile together, and begins with an empty place', async () => {
  const { live, added, runOutput, answers } = place();
  const first = Promise.withResolvers<void>();
  answers(() => first.promise);
  live.written('1', EVENT);
  await vi.waitFor(() => expect(added).toHaveLength(1));
  expect(runOutput.drop).toHaveBeenCalledTimes(1);
  for (const line of ['2', '3']) live.written(line, { ...EVENT, text: `Now ${line}.` });
  first.resolve();
  await vi.waitFor(() => expect(added).toHaveLength(2));
  expect(added).toEqual([
    { first: 1, lines: ['1'], message: 'I look.' },
    { first: 2, lines: ['2', '3'], message: 'Now 3.' },
  ]);
  expect(runOutput.drop).toHaveBeenCalledTimes(1);
  await live.close();
});

it('makes batches of a flood, and adds nothing more once it is closed', async () => {
  const { live, added } = place();
  for (let n = 1; n <= 3; n += 1) live.written('x'.repeat(200_000), EVENT);
  await vi.waitFor(() => expect(added).toHaveLength(2));
  expect(added.map(({ first, lines }) => [first, lines.length])).toEqual([
    [1, 1],
    [2, 1],
  ]);
  await live.close();
  live.written('late', EVENT);
  await live.close();
  expect(added.length).toBeLessThanOrEqual(3);
  expect(added.flatMap(({ lines }) => lines)).not.toContain('late');
});

it('tries again what could not be added, and fails nothing', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  try {
    const { live, added, warn, answers } = place();
    answers(async () => {
      throw new Error('the database is away');
    });
    live.written('1', EVENT);
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1));
    live.written('2', EVENT);
    answers(async () => {});
    await live.close();
    expect(added).toEqual([{ first: 1, lines: ['1'], message: 'I look.' }]);
  } finally {
    vi.useRealTimers();
  }
});
