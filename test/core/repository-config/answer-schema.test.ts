/** JSON Schemas of answers: patterns of others never run here. */
import { expect, it } from 'vitest';
import { schemaFault, shapeOf } from '../../../src/core/repository-config/answer-schema.ts';

it('is used as it is written', () => {
  const schema = {
    type: 'object',
    required: ['version'],
    properties: { version: { type: 'string' }, pattern: { type: 'string' } },
  };
  expect(schemaFault(schema)).toBeNull();
  expect(shapeOf(schema)?.safeParse({ version: '1', pattern: 'x' }).success).toBe(true);
  expect(shapeOf(schema)?.safeParse({ version: 1 }).success).toBe(false);
});

const SLOW = '^(a+)+$';
it.each([
  { type: 'string', pattern: SLOW },
  { type: 'object', properties: { name: { type: 'string', pattern: SLOW } } },
  { type: 'object', patternProperties: { [SLOW]: {} } },
  { anyOf: [{ type: 'string', pattern: SLOW }] },
  { $defs: { properties: { type: 'string', pattern: SLOW } }, $ref: '#/$defs/properties' },
])('%j is not used, whoever wrote it and when', schema => {
  expect(schemaFault(schema)).toMatch(/patterns may take for ever/);
  expect(shapeOf(schema)).toBeNull();
});

it.each([
  { const: { pattern: SLOW } },
  { enum: [{ pattern: SLOW }, { patternProperties: 1 }] },
  { type: 'object', properties: { a: { default: { pattern: SLOW } } } },
  { type: 'string', examples: [{ pattern: SLOW }] },
])('%j has the word in a value, where it is no pattern', schema => {
  expect(schemaFault(schema)).toBeNull();
  expect(shapeOf(schema)).not.toBeNull();
});

it.each([
  { type: 'object', properties: { const: { type: 'string', pattern: SLOW } } },
  { $defs: { default: { type: 'string', pattern: SLOW } }, $ref: '#/$defs/default' },
])('%j has a pattern below a name that is no keyword there', schema => {
  expect(schemaFault(schema)).toMatch(/patterns may take for ever/);
});
