import { describe, expect, it } from 'vitest';
import { requestWaitMs, waitingClasses } from '../../src/core/request-class.ts';

const HOUR_MS = 3_600_000;
const left = (remaining: number, resetMs = HOUR_MS) => ({ limit: 5_000, remaining, resetMs });

describe('few requests', () => {
  it.each([
    [5_000, []],
    [1_501, []],
    [1_500, ['rest']],
    [750, ['surface', 'rest']],
    [250, ['answer', 'surface', 'rest']],
    [100, ['approval', 'answer', 'surface', 'rest']],
    [1, ['approval', 'answer', 'surface', 'rest']],
    [0, ['merge', 'approval', 'answer', 'surface', 'rest']],
    [-3, ['merge', 'approval', 'answer', 'surface', 'rest']],
  ])('%i of 5,000 at the start of the hour: %j wait', (remaining, waiting) => {
    expect(waitingClasses(left(remaining))).toEqual(waiting);
  });

  it('what is reserved shrinks with the time that it has to last', () => {
    expect(waitingClasses(left(800, HOUR_MS / 2))).toEqual([]);
    expect(waitingClasses(left(750, HOUR_MS / 2))).toEqual(['rest']);
    expect(waitingClasses(left(10, 1_000))).toEqual([]);
    expect(waitingClasses(left(0, 0))).toEqual([]);
  });

  it('whoever waited as long as was said may ask, and no sooner', () => {
    for (const remaining of [1, 99, 700, 1_499]) {
      const wait = requestWaitMs(left(remaining), 'rest');
      expect(requestWaitMs(left(remaining, HOUR_MS - wait + 2), 'rest')).toBeGreaterThan(0);
      expect(requestWaitMs(left(remaining, HOUR_MS - wait - 1), 'rest')).toBe(0);
    }
    expect(requestWaitMs(left(0), 'merge')).toBe(HOUR_MS);
  });
});
