/** What is searched for: a title, a number on GitHub, or the id of a task. */
import { expect, it } from 'vitest';
import { placeFor } from '../../src/console/shell/place-for.ts';
import { filterOf } from '../../src/console/tasks/search.ts';

it('the id of a task leads to its page, everything else to the board', () => {
  for (const task of ['42-17-0a1b2c3d', '42-schedule-0a1b2c3d4e5f6071'])
    expect(placeFor(task)).toEqual({ to: '/tasks/$task', params: { task } });
  for (const text of ['an empty span', '#17', '404-page', '2026-plan-of-record'])
    expect(placeFor(text)).toEqual({ to: '/tasks', search: { text } });
});

it('a number behind # is that of an issue or a pull request', () => {
  expect(filterOf({ text: '#17' })).toEqual({ number: 17 });
  expect(filterOf({ text: '17' })).toMatchObject({ text: '17' });
  expect(filterOf({ text: '#99999999999' })).toMatchObject({ text: '#99999999999' });
});
