import { expect, test } from 'vitest';
import { structuredOf, summaryOf } from '../../../src/adapters/agents/structured.ts';

test.each([
  ['{"a":1}', { a: 1 }],
  ['  {"a":1}\n', { a: 1 }],
  ['Here it is:\n```json\n{"a":1}\n```', { a: 1 }],
  ['```\n{"a":1}\n```\nor rather\n```json\n{"a":2}\n```\n', { a: 2 }],
  // OpenCode and Kilo join the parts of a message.
  ['I read the patch.```json\n{"a":1}\n```', { a: 1 }],
  ['I read {the} patch: "fine".{"a":"}{\\"","b":{}}\n', { a: '}{"', b: {} }],
  ['```json\n{"a":}\n```\nI mean {"a":1}', { a: 1 }],
  ['{"a":1} is the answer', undefined],
  ['{"a":1} or }', undefined],
  ['I read {"the patch.{"a":1}', undefined],
  ['no object', undefined],
  ['[1]', undefined],
  ['{"a":', undefined],
  ['', undefined],
  [`{"a":${'['.repeat(1000)}`, undefined],
])('%j', (text, expected) => {
  expect(structuredOf(text)).toEqual(expected);
});

test.each([
  ['{"summary":"Fine.","verdict":"no_objections"}', 'Fine.'],
  ['Fine.\n```json\n{"a":1}\n```', 'Fine.\n```json\n{"a":1}\n```'],
  ['{"summary":7}', '{"summary":7}'],
  ['Fine.', 'Fine.'],
])('people are shown of %j: %j', (text, expected) => {
  expect(summaryOf(text, structuredOf(text))).toBe(expected);
});
