import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR, MINUTE, SECOND, format } from '../src/index.js';

test('writes the two largest units', () => {
  assert.equal(format(90 * MINUTE), '1h 30m');
  assert.equal(format(DAY + HOUR + MINUTE), '1d 1h');
  assert.equal(format(2 * HOUR), '2h');
  assert.equal(format(0), '0ms');
  assert.equal(format(-90 * SECOND), '-1m 30s');
});

test('writes as many units as wanted', () => {
  assert.equal(format(90 * MINUTE, { max: 1 }), '2h');
  assert.equal(format(DAY + HOUR + MINUTE, { max: 3 }), '1d 1h 1m');
});

test('writes words', () => {
  assert.equal(format(90 * MINUTE, { long: true }), '1 hour 30 minutes');
  assert.equal(format(0, { long: true }), '0 milliseconds');
});

test('carries what rounding fills up', () => {
  assert.equal(format(HOUR - 1, { max: 1 }), '1h');
  assert.equal(format(2 * HOUR - 1), '2h');
  assert.equal(format(DAY - 1, { long: true }), '1 day');
});
