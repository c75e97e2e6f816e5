import { expect, it } from 'vitest';
import { daySeries } from '../../src/console/budgets/day-series.ts';

const row = (key: string | null, modelNanoUsd: number, workNanoUsd = 0, tokens = 10) => ({
  key,
  modelNanoUsd,
  workNanoUsd,
  tokens,
});
const from = '2026-11-01T00:00:00.000Z';
const to = '2026-11-04T00:00:00.000Z';

it('has every day of the time, with nothing where nothing was spent', () => {
  const series = daySeries([row('2026-11-03', 2e9, 1e9), row('2026-11-01', 5e8)], from, to);
  expect(series).toEqual({
    unit: 'usd',
    days: ['2026-11-01', '2026-11-02', '2026-11-03'],
    lower: [0.5, 0, 2],
    upper: [0, 0, 1],
  });
});

it('counts tokens where nothing has a price', () => {
  const series = daySeries([row('2026-11-02', 0), row(null, 0)], from, to);
  expect(series).toMatchObject({ unit: 'tokens', lower: [0, 10, 0], upper: [0, 0, 0] });
});

it('is bounded: of ten years, the last days', () => {
  const series = daySeries([], '2016-11-04T00:00:00.000Z', to);
  expect(series.days).toHaveLength(400);
  expect(series.days.at(-1)).toBe('2026-11-03');
});
