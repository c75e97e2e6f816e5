import { describe, expect, it } from 'vitest';
import type { TaskEvent } from '../../../../src/core/task/events/events.ts';
import { evolve } from '../../../../src/core/task/evolve/evolve.ts';
import type { RunState, TaskState } from '../../../../src/core/task/state/state.ts';
import { mayBecome, TRANSITIONS } from '../../../../src/core/task/state/transitions.ts';
import { given, HISTORY } from '../given.ts';

const STATES = Object.keys(TRANSITIONS) as RunState[];
const LEGAL: [RunState, RunState][] = [
  ['queued', 'running'],
  ['queued', 'failure'],
  ['queued', 'canceled'],
  ['running', 'queued'],
  ['running', 'waiting_approval'],
  ['running', 'success'],
  ['running', 'failure'],
  ['running', 'canceled'],
  ['waiting_approval', 'running'],
  ['waiting_approval', 'failure'],
  ['waiting_approval', 'canceled'],
];

const EVENT: Record<RunState, TaskEvent | null> = {
  queued: null,
  running: resumed('prepare-1-1'),
  waiting_approval: {
    type: 'run.waiting_approval',
    v: 2,
    data: { run: 'prepare-1-1', approval: 'a', checkpoint: null },
  },
  success: finished('success'),
  failure: finished('failure'),
  canceled: finished('canceled'),
};

function resumed(run: string): TaskEvent {
  return { type: 'run.resumed', v: 2, data: { run, epoch: 1, worker: 'w1', adapter: null } };
}

function finished(outcome: 'success' | 'failure' | 'canceled'): TaskEvent {
  return {
    type: 'run.finished',
    v: 1,
    data: { run: 'prepare-1-1', outcome, class: null, reason: '' },
  };
}

function runIn(state: RunState): TaskState {
  const task = given(...HISTORY.admitted).state;
  return { ...task, runs: task.runs.map(run => ({ ...run, state })) };
}

describe('the state machine of a run', () => {
  for (const from of STATES)
    for (const to of STATES) {
      const legal = LEGAL.some(([a, b]) => a === from && b === to);
      it(`${from} → ${to} is ${legal ? 'legal' : 'refused'}`, () => {
        expect(mayBecome(from, to)).toBe(legal);
        const event = EVENT[to];
        if (!event) return;
        const stamp = { seq: 99, at: '2026-11-21T10:00:00.000Z' };
        const become = () => evolve(runIn(from), event, stamp).runs[0]?.state;
        if (legal) expect(become()).toBe(to);
        else expect(become).toThrow(`can't go from ${from} to ${to}`);
      });
    }
});

describe('history that can not be', () => {
  const stamp = { seq: 99, at: '2026-11-21T10:00:00.000Z' };
  it('throws on an event of no version of ours', () => {
    const alien = { type: 'task.levitated', v: 1, data: {} } as unknown as TaskEvent;
    expect(() => evolve(runIn('queued'), alien, stamp)).toThrow('unknown event');
  });
  it('throws on a run that was never queued', () => {
    const event = resumed('nobody');
    expect(() => evolve(runIn('queued'), event, stamp)).toThrow('run "nobody" does not exist');
  });
  it('throws on a round that nobody asked for', () => {
    const data = { round: 2, rework: 'x', parent: 'a'.repeat(40) };
    const event: TaskEvent = { type: 'round.opened', v: 1, data };
    expect(() => evolve(runIn('queued'), event, stamp)).toThrow('no rework "x" waits');
  });
});
