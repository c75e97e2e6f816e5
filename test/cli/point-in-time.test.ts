/** Times as people write them in options. */
import { expect, it } from 'vitest';
import { pointInTime } from '../../src/cli/point-in-time.ts';

const NOW = Date.parse('2026-12-01T10:00:00.000Z');

it.each([
  ['7d', '2026-11-24T10:00:00.000Z'],
  ['90m', '2026-12-01T08:30:00.000Z'],
  ['2026-11-01', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T08:00Z', '2026-11-01T08:00:00.000Z'],
  ['2026-11-31x', null],
  ['2026-13-01', null],
  ['2026-02-30', null],
  ['2026-02-29T10:00Z', null],
  ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ['2026-11-01T24:00Z', null],
  ['0000-01-01', null],
  ['0001-01-01', '0001-01-01T00:00:00.000Z'],
  ['yesterday', null],
  ['99999d', '1753-02-16T10:00:00.000Z'],
])('%s', (text, time) => {
  expect(pointInTime(text, NOW)).toBe(time);
});
