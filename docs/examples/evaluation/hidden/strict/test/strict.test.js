import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../src/durations.js';

test('what is no duration is refused', () => {
  for (const text of ['', 'soon', '1.5h']) assert.throws(() => parse(text), RangeError);
});
