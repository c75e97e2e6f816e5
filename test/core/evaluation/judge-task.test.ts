/** What the end of a task says of its agent: failures that no agent can help count for nothing. */
import { expect, it } from 'vitest';
import { judgeTask } from '../../../src/core/evaluation/judge-task.ts';
import type { FailureClass } from '../../../src/core/task/events/run.ts';
import { NO_TASK, type Run, type TaskState } from '../../../src/core/task/state/state.ts';

const run = (more: Partial<Run>): Run => ({
  ...({ budget: { of: 'r', spent: null, reached: null, raises: null } } as Run),
  unplaced: null,
  step: 'author',
  purpose: 'step',
  state: 'failure',
  class: 'red',
  ...more,
});
const task = (status: TaskState['status'], ...runs: Partial<Run>[]): TaskState => ({
  ...NO_TASK,
  status,
  reason: 'why',
  runs: runs.map(run),
});

it('is graded where the task has ended well', () => {
  expect(judgeTask(task('success'), null)).toEqual({ outcome: 'passed', reason: '' });
});

it.each<[FailureClass, string]>([
  ['red', 'failed'],
  ['agent', 'failed'],
  ['policy', 'failed'],
  ['timeout', 'failed'],
  ['loop', 'failed'],
  ['auth', 'error'],
  ['rate_limit', 'error'],
  ['lost', 'error'],
  ['install', 'error'],
])('a failure by %s: %s', (failure, outcome) => {
  const last = { state: 'success' as const, class: null, step: 'lint' };
  expect(judgeTask(task('failure', { class: failure }, last), null)).toEqual({
    outcome,
    reason: 'why',
  });
});

it('is no success where people would have been asked, and says for what', () => {
  const asked = { because: 'person', reason: 'It touches a workflow.' } as const;
  const reason = 'It would have waited for a person: It touches a workflow.';
  expect(judgeTask(task('canceled', { class: 'red' }), asked)).toEqual({
    outcome: 'failed',
    reason,
  });
  // No agent could work, so that people were asked.
  expect(judgeTask(task('canceled', { class: 'auth' }), asked)).toEqual({
    outcome: 'error',
    reason,
  });
  expect(judgeTask(task('canceled', { unplaced: 'no worker' }), asked).outcome).toBe('error');
});

it('of a cap that others have used up as well is nobody’s failure', () => {
  const waits = { because: 'person', reason: 'A cap is reached.' } as const;
  const reached = (scope: 'task' | 'day') => {
    const raises = { scope, unit: 'nanoUsd' as const, cap: 5_000_000_000 };
    const budget = { of: 'r', spent: null, reached: null, raises };
    return judgeTask(task('canceled', { state: 'queued', budget }), waits);
  };
  expect(reached('task').outcome).toBe('failed');
  expect(reached('day')).toEqual({
    outcome: 'error',
    reason: 'It reached the cap of all repositories in a day, $5.00.',
  });
});

it('says nothing where the evaluation was stopped, or policy refused the task', () => {
  const stopped = { because: 'stop', reason: 'The evaluation was stopped.' } as const;
  expect(judgeTask(task('canceled'), stopped)).toEqual({
    outcome: 'error',
    reason: 'The evaluation was stopped.',
  });
  expect(judgeTask(task('refused'), null)).toEqual({
    outcome: 'error',
    reason: 'It was refused: why',
  });
});

it('looks past failures that a later run of their step made good', () => {
  const good = { state: 'success' as const, class: null };
  const outcomeOf = (...runs: Partial<Run>[]) => judgeTask(task('failure', ...runs), null).outcome;
  const red = { step: 'test' };
  expect(outcomeOf({ class: 'rate_limit' }, good, red)).toBe('failed');
  // What failed last is made good, and what failed before it is not.
  expect(outcomeOf(red, { class: 'lost', step: 'review' }, { ...good, step: 'review' })).toBe(
    'failed',
  );
  expect(outcomeOf({ class: 'lost' }, { ...good, step: 'review' })).toBe('error');
  // A remedy that ended well has not made its step green.
  const remedy = { ...good, step: 'test', purpose: 'remedy' as const };
  expect(outcomeOf({ ...remedy, state: 'failure', class: 'auth' }, remedy, red)).toBe('failed');
  expect(outcomeOf({ step: 'test', class: 'lost' }, remedy)).toBe('error');
});

it('that a host was not reached is an error of an install alone: a test of the agent prints it too', () => {
  const steps = [
    { id: 'prepare', purpose: 'install' },
    { id: 'test', purpose: 'gate' },
  ];
  const at = (step: string) =>
    judgeTask(
      {
        ...task('failure', { class: 'no_network', step }),
        created: {
          graph: { name: 'fix', steps, reworkFrom: null },
        } as unknown as TaskState['created'],
      },
      null,
    ).outcome;
  expect(at('prepare')).toBe('error');
  expect(at('test')).toBe('failed');
});
