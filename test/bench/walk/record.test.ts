import { expect, it } from 'vitest';
import { dueIn } from './record.ts';

const T = Date.parse('2026-11-30T10:00:00.000Z');
const open = (notBefore: number | null) => ({
  notBefore: notBefore === null ? null : new Date(T + notBefore).toISOString(),
});
const state = (at: number, ...all: (number | null)[]) => ({ at: T + at, open: all.map(open) });
const from = (...pairs: [number, number][]) =>
  pairs.map(([from, to]) => ({ from: T + from, to: T + to }));

it('counts the time in which an effect is due', () => {
  expect(dueIn([state(0), state(10, null), state(40), state(90, null), state(100)])).toEqual(
    from([10, 40], [90, 100]),
  );
});

it('does not count the time for which an effect is put off', () => {
  expect(dueIn([state(0, 30), state(50)])).toEqual(from([30, 50]));
  expect(dueIn([state(0, 80), state(50)])).toEqual([]);
});

it('does not count on where an effect that was done is open again, and put off', () => {
  const shown = [state(0, null), state(20, 20_000), state(5_000, 20_000), state(20_010)];
  expect(dueIn(shown)).toEqual(from([0, 20], [20_000, 20_010]));
});

it('counts effects that are due at the same time once', () => {
  expect(dueIn([state(0, null, null), state(10, null), state(30)])).toEqual(from([0, 30]));
});
