import { describe, expect, test } from 'vitest';
import {
  amountInWords,
  capInWords,
  capsOf,
  grant,
  knownPrice,
  lowerCaps,
  moneyInWords,
  NO_AMOUNT,
  nextPeriod,
  periodOf,
  raisedTo,
} from '../../src/core/budget.ts';

const ask = {
  fixed: { calls: 1, tokens: 100, nanoUsd: 1_000, ms: 0 },
  each: { ...NO_AMOUNT, tokens: 1, nanoUsd: 10 },
  want: 50,
};
const within = (caps: object, used = {}) => ({
  kind: 'task' as const,
  caps,
  used: { ...NO_AMOUNT, ...used },
});

describe('what is given', () => {
  test.each([
    ['all, without caps', {}, {}, 50, null],
    ['all that just fits', { tokens: 150, nanoUsd: 1_500, calls: 1 }, {}, 50, null],
    ['what tokens leave', { tokens: 130 }, {}, 30, 'tokens'],
    ['what money leaves', { nanoUsd: 1_209 }, {}, 20, 'nanoUsd'],
    ['nothing without a call left', { calls: 3 }, { calls: 3 }, 0, 'calls'],
    ['nothing where the fixed part takes all', { tokens: 100 }, {}, 0, 'tokens'],
    ['nothing where more than all is used', { tokens: 500 }, { tokens: 9_000 }, 0, 'tokens'],
    ['all where a cap is on what it does not take', { ms: 1 }, { ms: 1 }, 50, null],
  ])('%s', (_, caps, used, parts, unit) => {
    const granted = grant(ask, [within({}), within(caps, used)]);
    expect(granted.parts).toBe(parts);
    expect(granted.reached?.unit ?? null).toBe(unit);
  });

  test('is what the tightest scope leaves', () => {
    const day = { ...within({ tokens: 105 }), kind: 'day' as const };
    expect(grant(ask, [within({ tokens: 120 }), day, within({ tokens: 110 })])).toEqual({
      parts: 5,
      reached: { scope: 'day', unit: 'tokens', cap: 105 },
    });
  });
});

describe('a cap is raised to', () => {
  test.each([
    ['as much again', { tokens: 120 }, { tokens: 120 }, 240],
    [
      'what leaves room where others have been given more',
      { tokens: 100 },
      { tokens: 1_000 },
      1_600,
    ],
    ['what leaves room for a call that is larger than the cap', { tokens: 20 }, {}, 160],
    ['as much again of what was shortened', { tokens: 130 }, {}, 260],
    ['what leaves room for one more', { calls: 1 }, { calls: 1 }, 2],
    ['what leaves room in money', { nanoUsd: 1_000 }, { nanoUsd: 5_000 }, 8_000],
  ])('%s', (_, caps, used, to) => {
    const { reached } = grant(ask, [within(caps, used)]);
    const [unit, cap] = Object.entries(caps)[0] ?? [];
    expect(reached).toMatchObject({ unit, cap });
    expect(reached && raisedTo(reached)).toBe(to);
  });
});

test('a repository may only lower what the deployment allows', () => {
  const deployment = capsOf({ tokens: 1_000, usd: 2 });
  const repository = capsOf({ tokens: 5_000, usd: 0.5, minutes: 10 });
  expect(lowerCaps(deployment, repository)).toEqual({
    tokens: 1_000,
    nanoUsd: 500_000_000,
    ms: 600_000,
  });
});

describe('in words', () => {
  test.each([
    [0, '$0.00'],
    [1_234_567_890_000, '$1,234.57'],
    [500_000_000, '$0.50'],
    [12_345_678, '$0.012'],
    [1, '$0.000000001'],
  ])('%i billionths', (nanoUsd, words) => expect(moneyInWords(nanoUsd)).toBe(words));

  test.each([
    [4_200_000_000, true, '$4.20'],
    [4_200_000_000, false, 'at least $4.20'],
    [0, false, 'unpriced'],
    [0, true, '$0.00'],
  ])('%i billionths, and that is all of it: %s', (nanoUsd, isWhole, words) =>
    expect(knownPrice(nanoUsd, isWhole).words).toBe(words),
  );

  test('a cap says of what it is one', () => {
    expect(capInWords({ scope: 'run', unit: 'tokens', cap: 2_000_000 })).toBe(
      'the cap of this run, 2,000,000 tokens',
    );
    expect(amountInWords('calls', 1)).toBe('1 call of models');
    expect(amountInWords('ms', 90_000)).toBe('1.5 minutes of work');
    expect(amountInWords('ms', 60_000)).toBe('1 minute of work');
    expect(amountInWords('ms', 1_234)).toBe('0.021 minutes of work');
    expect(amountInWords('ms', 0)).toBe('0 minutes of work');
  });
});

test.each([
  ['day', '2026-11-30T23:59:59.999Z', '2026-11-30', '2026-12-01T00:00:00.000Z'],
  ['day', '2028-02-28T00:00:00.000Z', '2028-02-28', '2028-02-29T00:00:00.000Z'],
  ['repository', '2026-12-31T12:00:00.000Z', '2026-12', '2027-01-01T00:00:00.000Z'],
  ['repository', '2026-01-31T00:00:00.000Z', '2026-01', '2026-02-01T00:00:00.000Z'],
  ['task', '2026-01-31T00:00:00.000Z', null, null],
] as const)(
  'a cap of scope %s at %s is for %s, and the next begins at %s',
  (scope, at, period, next) => {
    expect(periodOf(scope, at)).toBe(period);
    expect(nextPeriod(scope, at)).toBe(next);
  },
);
