import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR, MINUTE, parse } from '../src/index.js';

test('reads short and long units', () => {
  assert.equal(parse('1h 30m'), 90 * MINUTE);
  assert.equal(parse('1h30m'), 90 * MINUTE);
  assert.equal(parse('2 hours, 5 minutes'), 2 * HOUR + 5 * MINUTE);
  assert.equal(parse('250ms'), 250);
});

test('reads fractions and signs', () => {
  assert.equal(parse('-1.5d'), -1.5 * DAY);
  assert.equal(parse('+1 day'), DAY);
});

test('refuses what is not a duration', () => {
  for (const text of ['', '-', '5', 'h', '1h ago', '1 fortnight', '1h-30m'])
    assert.throws(() => parse(text), TypeError, text);
});
