/** Nesting, values and keys are counted where they are JSON's own, and not in its texts. */
import { expect, it } from 'vitest';
import { DEEPEST_JSON, jsonExcess } from '../../../src/core/bounds/json-excess.ts';

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

it.each([
  ['the deepest lists', nested(DEEPEST_JSON), null],
  ['the deepest objects', objects(DEEPEST_JSON), null],
  ['one level more of lists', nested(DEEPEST_JSON + 1), { kind: 'depth' }],
  ['one level more of objects', objects(DEEPEST_JSON + 1), { kind: 'depth' }],
  ['levels of both', `${'[{"a":'.repeat(51)}`, { kind: 'depth' }],
  ['what opens and never closes', '['.repeat(5_000_000), { kind: 'depth' }],
  ['many that stand beside each other', `[${'[],'.repeat(1_000)}[]]`, null],
  ['brackets in a text', JSON.stringify({ a: '[{'.repeat(1_000) }), null],
  ['brackets after an escaped quote', `["\\"${'['.repeat(1_000)}"]`, null],
  ['brackets after an escaped backslash', `["\\\\",${nested(DEEPEST_JSON)}]`, { kind: 'depth' }],
  ['a text that never ends', `"${'['.repeat(1_000)}`, null],
  ['what closes more than was opened', `]}]}${nested(DEEPEST_JSON)}`, null],
  ['nothing', '', null],
])('%s', (_, text, excess) => {
  expect(jsonExcess(text, {})).toEqual(excess);
});

it.each([
  ['[1,2]', 3],
  ['{"a":1,"b":[],"c":"[,,,"}', 5],
  ['1', 1],
])('%s has at most %i values', (text, values) => {
  expect(jsonExcess(text, { mostValues: values })).toBeNull();
  expect(jsonExcess(text, { mostValues: values - 1 })).toEqual({ kind: 'values' });
});

it.each([
  ['{"a":1,"a":2}', 'a'],
  ['{"a":1,"\\u0061":2}', 'a'],
  ['[{"b":{"a":[],"x":{},"a":0}}]', 'a'],
  ['{"a":{"a":1},"b":[{"a":1},{"a":2}],"c":"a"}', null],
  ['{"a":"b","b":"a"}', null],
  ['["a","a"]', null],
  ['{"a":["a","a",{"a":"a"}]}', null],
])('a key that stands twice in %s: %s', (text, key) => {
  expect(jsonExcess(text, { keysOnce: true })).toEqual(key === null ? null : { kind: 'key', key });
  expect(jsonExcess(text, {})).toBeNull();
});
