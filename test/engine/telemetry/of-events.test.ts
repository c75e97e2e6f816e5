/** What recorded tasks say to whoever counts and traces, event by event as they were appended. */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../../src/core/agent-event.ts';
import type { StoredEvent } from '../../../src/core/event.ts';
import { taskStream } from '../../../src/core/stream.ts';
import type { TaskEvent } from '../../../src/core/task/events/events.ts';
import type { DataOf } from '../../../src/core/task/state/state.ts';
import type { Logger } from '../../../src/engine/ports/logger.ts';
import type { Observation } from '../../../src/engine/ports/telemetry.ts';
import { fold, start } from '../../../src/engine/streams.ts';
import type { Appended } from '../../../src/engine/telemetry/appended.ts';
import { createObserveEvents } from '../../../src/engine/telemetry/of-events.ts';
import { recoveredBy } from '../../../src/engine/telemetry/recovered.ts';
import { spentSince } from '../../../src/engine/telemetry/spent-since.ts';
import { readHistory, streamsOf } from '../../histories/history.ts';

const warned: unknown[] = [];
const logger: Logger = {
  debug: () => {},
  info: () => {},
  warn: fields => void warned.push(fields),
  error: () => {},
};

async function observedOf(history: string): Promise<Observation[]> {
  const audit = await readHistory(history);
  const stream = (await streamsOf(audit)).find(({ kind }) => kind === 'task');
  if (!stream) throw new Error(`${history} has no task`);
  const events: StoredEvent[] = await Array.fromAsync(audit.events(stream));
  const told: Observation[] = [];
  const read = async function* () {
    yield* events;
  };
  const tell = createObserveEvents({ log: { read }, observe: one => void told.push(one), logger });
  let folded = start('task');
  for (const event of events) {
    folded = fold(folded, event);
    tell(stream, { ok: true, events: [event], folded, before: event.seq - 1 });
  }
  // What is read of the log is read after the append.
  await setImmediate();
  expect(warned).toEqual([]);
  return told;
}

const ofType = <T extends Observation['type']>(all: Observation[], type: T) =>
  all.filter((one): one is Extract<Observation, { type: T }> => one.type === type);

describe('a recorded walk', () => {
  it('tells of its task, its runs, its decisions and for how long people were asked', async () => {
    const told = await observedOf('full-walk');
    const [task, ...more] = ofType(told, 'task_ended');
    expect(more).toEqual([]);
    expect(task).toMatchObject({ command: 'fix', outcome: 'success' });
    expect(task && task.to - task.from).toBeGreaterThan(0);
    const runs = ofType(told, 'run_ended');
    expect(new Set(runs.map(({ run }) => run)).size).toBe(runs.length);
    const author = runs.find(({ agent }) => agent?.role === 'author');
    expect(author).toMatchObject({ executor: 'agent', outcome: 'success', class: null });
    const decisions = ofType(told, 'policy_decided');
    expect(decisions.map(({ action }) => action)).toContain('pr.merge');
    expect(decisions.some(({ gate }) => gate === 'act')).toBe(false);
    const answered = ofType(told, 'approval_ended').filter(({ end }) => end === 'granted');
    expect(answered.map(({ action }) => action)).toContain('pr.merge');
    for (const { from, to } of answered) expect(to).toBeGreaterThan(from);
  });

  it.each(['failed', 'refused', 'canceled'] as const)('a task that ended %s', async outcome => {
    const told = await observedOf(outcome);
    const expected = { failed: 'failure', refused: 'refused', canceled: 'canceled' }[outcome];
    expect(ofType(told, 'task_ended').map(one => one.outcome)).toEqual([expected]);
  });
});

const at = (seq: number, event: TaskEvent): Appended => ({ seq, at: seq * 1_000, event });
const check = (name: string, head: string) => ({
  id: 1,
  name,
  head: head.repeat(40),
  reportedAs: 'check_run' as const,
  output: null,
});
const failing = (seq: number, name: string, head = 'a') =>
  at(seq, {
    type: 'rework.requested',
    v: 4,
    data: { check: check(name, head), origin: 'check' } as DataOf<'rework.requested'>,
  });
const signal = (seq: number, name: string, state: 'green' | 'red', head: string) =>
  at(seq, {
    type: 'pull.signaled',
    v: 4,
    data: { signal: 'checks', detail: head.repeat(40), at: null, by: null, check: { name, state } },
  });
const merged = (seq: number) =>
  at(seq, { type: 'pull.merged', v: 1, data: { commit: '', head: '', by: 'gatehouse' } });

describe('a failing check', () => {
  const recoveries = (events: Appended[]) =>
    events.flatMap((one, index) => recoveredBy('t', events.slice(0, index), one));

  it('is green again on a later head, once', () => {
    const events = [
      failing(1, 'lint'),
      signal(4, 'lint', 'green', 'b'),
      signal(5, 'lint', 'green', 'b'),
    ];
    expect(recoveries(events)).toEqual([
      { type: 'check_recovered', task: 't', from: 1_000, to: 4_000 },
    ]);
  });

  it('takes until the last of several tries, and is none by another check or on the same head', () => {
    const events = [
      failing(1, 'lint'),
      signal(2, 'test', 'green', 'b'),
      signal(3, 'lint', 'green', 'a'),
      signal(4, 'lint', 'red', 'b'),
      failing(5, 'lint', 'b'),
      signal(9, 'lint', 'green', 'c'),
    ];
    expect(recoveries(events)).toMatchObject([{ from: 1_000, to: 9_000 }]);
  });

  it('is over with the merge, where nobody told that it is green', () => {
    expect(recoveries([failing(1, 'lint'), failing(2, 'test'), merged(6)])).toMatchObject([
      { from: 1_000, to: 6_000 },
      { from: 2_000, to: 6_000 },
    ]);
    expect(recoveries([merged(6)])).toEqual([]);
  });
});

it('of what a run has spent in all, what came since it was told last counts', () => {
  const spent = (seq: number, calls: number, nanoUsd: number | null, ms: number) =>
    at(seq, {
      type: 'run.spent',
      v: 1,
      data: {
        run: 'r',
        until: seq,
        spend: {
          models: [
            {
              provider: 'p',
              model: 'm',
              calls,
              nanoUsd,
              usage: { ...NO_USAGE, input: 10 * calls },
            },
          ],
          work: { ms, nanoUsd: null },
        },
      },
    });
  const [first, second, third] = [
    spent(1, 2, 100, 50),
    spent(2, 3, 160, 50),
    spent(3, 4, null, 70),
  ];
  const usage = (input: number) => ({ ...NO_USAGE, input });
  expect(spentSince([], first)).toEqual([
    { type: 'worker_spent', ms: 50, nanoUsd: null },
    { type: 'model_spent', provider: 'p', model: 'm', calls: 2, nanoUsd: 100, usage: usage(20) },
  ]);
  expect(spentSince([first], second)).toEqual([
    { type: 'model_spent', provider: 'p', model: 'm', calls: 1, nanoUsd: 60, usage: usage(10) },
  ]);
  expect(spentSince([first, second], third)).toEqual([
    { type: 'worker_spent', ms: 20, nanoUsd: null },
    { type: 'model_spent', provider: 'p', model: 'm', calls: 1, nanoUsd: null, usage: usage(10) },
  ]);
});

it('what another stream appends, and what is refused, says nothing', async () => {
  const told: Observation[] = [];
  const read = async function* (): AsyncGenerator<StoredEvent> {};
  const tell = createObserveEvents({ log: { read }, observe: one => void told.push(one), logger });
  tell(taskStream('t'), { ok: false, refusal: { code: 'settled', message: '', tell: false } });
  tell({ kind: 'callers', id: '1' }, { ok: true, events: [], folded: start('callers'), before: 0 });
  expect(told).toEqual([]);
});
