/** The days that sums are asked of. */
import { expect, it } from 'vitest';
import { PeriodAsked, periodOf } from '../../src/control/period.ts';

const viewer = {
  who: { kind: 'operator' as const, name: 'pia' },
  repositories: new Map(),
  roles: new Map(),
};
const taskPages = { repositoriesNamed: async () => [] };
const now = new Date('2026-11-30T20:00:00.000Z');

async function daysOf(asked: { from?: string; to?: string }): Promise<string[]> {
  const { from, to } = await periodOf(PeriodAsked.parse(asked), viewer, { now, taskPages });
  return [from, to].map(time => time.toISOString().slice(0, 10));
}

it('thirty days are thirty, today among them', async () => {
  expect(await daysOf({})).toEqual(['2026-11-01', '2026-12-01']);
  expect(await daysOf({ to: '2026-11-10' })).toEqual(['2026-10-12', '2026-11-11']);
});

it('both days that are named count', async () => {
  expect(await daysOf({ from: '2026-11-30' })).toEqual(['2026-11-30', '2026-12-01']);
});
