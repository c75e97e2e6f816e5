import { expect, it } from 'vitest';
import { isFirstTry, lastShown } from '../../src/engine/perform/last-shown.ts';

const shown = { id: 1, digest: 'sha256:1' };
const [first, failed] = [{ failures: 0 }, { failures: 1 }];

it.each([
  ['was never tried', null, first, 'nobody', 'nothing'],
  ['failed', null, failed, 'nobody', null],
  ['may have been written by somebody who died', null, first, 'doubted', null],
  ['was left for another time', null, first, 'settled', null],
  ['stands', shown, first, 'settled', { ...shown, doubted: false }],
  ['stands, and a later write failed', shown, failed, 'settled', { ...shown, doubted: true }],
  ['stands, and somebody died', shown, first, 'doubted', { ...shown, doubted: true }],
] as const)('what %s', (_what, before, tried, held, expected) => {
  expect(lastShown(before, tried, { before: held })).toEqual(expected);
});

it('only what nobody ever tried is a first try', () => {
  expect(isFirstTry(first, { before: 'nobody' })).toBe(true);
  expect(isFirstTry(failed, { before: 'nobody' })).toBe(false);
  expect(isFirstTry(first, { before: 'settled' })).toBe(false);
  expect(isFirstTry(first, { before: 'doubted' })).toBe(false);
});
