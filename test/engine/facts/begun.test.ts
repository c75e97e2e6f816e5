/** What has begun is asked about no more: the question has no answer, and nothing is looked up for it. */
import { expect, it } from 'vitest';
import { collect } from '../../../src/engine/facts/collect.ts';
import { created, decided, given, HISTORY, started } from '../../core/task/given.ts';

/** Nothing is read of these where it has begun. */
const [deps, circumstances] = [{}, {}] as [
  Parameters<typeof collect>[0],
  Parameters<typeof collect>[3],
];
const key = 'expire:approval-1';
const start = { key, action: 'task.start' as const, run: null, rework: null };
const first = { key, action: 'run.start' as const, run: 'prepare-1-1', rework: null };

it.each([
  ['a task that is admitted', HISTORY.admitted, start],
  ['a round that is not waited for any more', HISTORY.admitted, { ...start, rework: 'r1' }],
  ['a run that works', [...HISTORY.admitted, started('prepare-1-1')], first],
  ['a run that is over', HISTORY.reproduced, first],
])('%s', async (_, commands, question) => {
  const { state } = given(...commands);
  expect(await collect(deps, state, question, circumstances)).toEqual({ type: 'performed', key });
});

it.each([
  ['a task', [created()], start],
  ['a run', [...HISTORY.admitted, decided('run.start', 'allow', 'prepare-1-1')], first],
])('%s that has not begun is looked into', async (_, commands, question) => {
  const { state } = given(...commands);
  expect(await collect(deps, state, question, circumstances)).toHaveProperty('facts');
});
