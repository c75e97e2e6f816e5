import { expect, it } from 'vitest';
import { faultIn, schema } from '../../src/gateway/dialects/allow.ts';

it('a schema is looked through however long its lists are', () => {
  const long: unknown[] = Array.from({ length: 1_000_000 }, () => 1);
  expect(faultIn(schema, { enum: long })).toBeNull();
  long.unshift({ $ref: 'http://internal.test/schema' });
  expect(faultIn(schema, { anyOf: long })).toMatch(/\$ref to what is elsewhere/);
});
