/** A step is said to stand at one place, whichever part of the page says so. */
import { expect, it } from 'vitest';
import { standingOf } from '../../src/console/task/standing.ts';

const runs = [
  { id: 'author-1-1', state: 'failure' },
  { id: 'author-1-2', state: 'waiting_approval' },
] as const;
const atWork = { finishedAt: null, runs };
const ended = { finishedAt: '2026-11-28T10:00:00.000Z', runs };

it('a step at work stands where its last run does', () => {
  const step = { status: 'active', run: 'author-1-2' } as const;
  expect(standingOf(step, atWork)).toBe('waiting_approval');
});

it('a step whose run has ended is at work until it is done', () => {
  expect(standingOf({ status: 'active', run: 'author-1-1' }, atWork)).toBe('active');
  expect(standingOf({ status: 'active', run: null }, atWork)).toBe('active');
});

it('what has not begun is not reached once the task has ended', () => {
  expect(standingOf({ status: 'waiting', run: null }, atWork)).toBe('waiting');
  expect(standingOf({ status: 'waiting', run: null }, ended)).toBe('unreached');
  expect(standingOf({ status: 'done', run: 'author-1-1' }, ended)).toBe('done');
});
