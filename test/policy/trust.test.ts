import { expect, test } from 'vitest';
import { effectiveTrust, Trust } from '../../src/policy/trust.ts';

test('taint lowers trust by one level, and never below T1', () => {
  const taint = ['issue #1 by @stranger'];
  expect(Trust.options.map(trust => effectiveTrust(trust, []))).toEqual(['T0', 'T1', 'T2', 'T3']);
  expect(Trust.options.map(trust => effectiveTrust(trust, taint))).toEqual([
    'T0',
    'T1',
    'T1',
    'T2',
  ]);
});

test('two tainted texts lower it no further than one', () => {
  expect(effectiveTrust('T3', ['issue #1', 'comment 5'])).toBe('T2');
});
