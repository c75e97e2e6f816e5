import { expect, it } from 'vitest';
import { createRate } from '../../../src/core/bounds/rate.ts';

it('lets a burst pass at once, what comes after in its turn, and a burst again after a pause', () => {
  const rate = createRate({ perSecond: 10, burst: 3 });
  expect([1, 2, 3, 4, 5].map(() => rate(0))).toEqual([0, 0, 0, 100, 200]);
  expect(rate(200)).toBe(100);
  expect([rate(30_000, 5), rate(30_000)]).toEqual([200, 300]);
  expect([1, 2, 3, 4].map(() => rate(60_000))).toEqual([0, 0, 0, 100]);
});
