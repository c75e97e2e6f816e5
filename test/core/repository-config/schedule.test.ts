/** Schedules: when one is next, and what is no schedule. */
import { expect, it } from 'vitest';
import { nextTime, Schedule, Schedules } from '../../../src/core/repository-config/schedule.ts';

const next = (cron: string, from: string, timezone = 'UTC') =>
  nextTime({ cron, timezone }, new Date(from))?.toISOString();

it('the next time is after the given one, in its time zone', () => {
  expect(next('0 3 * * *', '2026-01-01T03:00:00Z')).toBe('2026-01-02T03:00:00.000Z');
  expect(next('0 3 * * *', '2026-01-01T00:00:00Z', 'Europe/Berlin')).toBe(
    '2026-01-01T02:00:00.000Z',
  );
  expect(next('30 6 * * MON-FRI', '2026-01-02T12:00:00Z')).toBe('2026-01-05T06:30:00.000Z');
  expect(next('@weekly', '2026-01-01T00:00:00Z')).toBe('2026-01-04T00:00:00.000Z');
});

it('where clocks are changed, a time that is skipped comes once and one that is doubled comes once', () => {
  expect(next('30 2 * * *', '2026-03-28T12:00:00Z', 'Europe/Berlin')).toMatch(/^2026-03-29T0[01]:/);
  const first = next('30 2 * * *', '2026-10-24T12:00:00Z', 'Europe/Berlin') ?? '';
  expect(first).toMatch(/^2026-10-25T0[01]:30/);
  expect(next('30 2 * * *', first, 'Europe/Berlin')).toBe('2026-10-26T01:30:00.000Z');
});

const fault = (over: object) =>
  Schedule.safeParse({ cron: '0 3 * * *', command: 'lint', ...over }).error?.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  )[0];

it.each<[object, RegExp | undefined]>([
  [{}, undefined],
  [{ cron: '@daily', timezone: 'America/Argentina/Buenos_Aires' }, undefined],
  [{ cron: '* * * * * *' }, /^cron: must have five fields/],
  [{ cron: '' }, /^cron: must have five fields/],
  [{ cron: '2026-12-01T00:00:00' }, /^cron: must have five fields/],
  [{ cron: '? ? * * *' }, /^cron: must have five fields/],
  [{ cron: ' 0 3 * * MON-FRI\n' }, undefined],
  [{ cron: '0 3 * * SAT-SUN' }, undefined],
  [{ cron: '61 * * * *' }, /^cron: is no time: .*minute/],
  [{ cron: '0 0 31 2 *' }, /^cron: names a day that never comes/],
  [{ cron: `${'1,'.repeat(80)}1 * * * *` }, /^cron: must have five fields/],
  [{ timezone: 'Mars/Olympus' }, /^timezone: is no time zone that is known/],
  [{ timezone: '../etc' }, /^timezone: must be the name of a time zone/],
  [{ command: 'approve' }, /^command: is no command that starts work/],
  [{ every: 'day' }, /every/],
])('%j', (over, expected) => {
  if (expected) expect(fault(over)).toMatch(expected);
  else expect(fault(over)).toBeUndefined();
});

it('there are at most 20 of them', () => {
  const many = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`s${at}`, { cron: '@daily', command: 'lint' }]),
    );
  expect(Schedules.safeParse(many(20)).success).toBe(true);
  expect(Schedules.safeParse(many(21)).error?.issues[0]?.message).toBe(
    'has more than 20 schedules',
  );
});
