import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, parse } from '../src/durations.js';

test('minutes in words', () => {
  assert.equal(format(90), '1h 30m');
  assert.equal(format(60), '1h');
  assert.equal(format(0), '0m');
});

test('words in minutes', () => {
  assert.equal(parse('1h 30m'), 90);
  assert.equal(parse('45m'), 45);
});
