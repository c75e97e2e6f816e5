import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format } from '../src/durations.js';

test('what rounding fills up is carried', () => {
  assert.equal(format(119.7), '2h');
  assert.equal(format(59.9), '1h');
  assert.equal(format(60.2), '1h');
});
