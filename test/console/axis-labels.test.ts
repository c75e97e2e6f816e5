import { expect, it } from 'vitest';
import { axisLabels } from '../../src/console/task/axis-labels.ts';

const at = (ms: number) => Date.parse('2026-11-29T10:00:00.000Z') + ms;
const every = (ms: number) => [0, 1, 2, 3, 4].map(n => at(n * ms));

it.each([4, 40, 400, 900, 1_000, 60_000, 7 * 3_600_000])(
  'places that are %d ms apart have labels of their own',
  ms => {
    const labels = axisLabels(every(ms));
    expect(new Set(labels).size).toBe(5);
  },
);

it('seconds are whole where that suffices', () => {
  expect(axisLabels(every(5_000))[1]).toMatch(/:00:05(?:\D|$)/);
  expect(axisLabels(every(400))[1]).toMatch(/:00:00[.,]4/);
});

it('one moment has one label', () => {
  expect(axisLabels([at(0)])).toHaveLength(1);
});
