/** A request is written as JSON.stringify writes it, also where a field of it was replaced. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anthropic } from '../../src/gateway/dialects/anthropic.ts';
import { writeJson } from '../../src/gateway/write-json.ts';

test('what agents send is written the same, before and after a field is replaced', async () => {
  const folder = join(import.meta.dirname, 'requests');
  for (const name of await readdir(folder)) {
    const body = JSON.parse(await readFile(join(folder, name), 'utf8'));
    expect(writeJson(body)).toBe(JSON.stringify(body));
    const prepared = anthropic.prepare({ ...body, thinking: { budget_tokens: 9 } }, 5);
    expect(writeJson(prepared)).toBe(JSON.stringify(prepared));
  }
});

test.each([
  '{}',
  '{"b":1,"10":[],"2":{},"a":null,"":true}',
  '{"__proto__":{"tools":[1]},"constructor":{"prototype":2},"toJSON":"x"}',
  '{"a":"\\ud800\\"\\u2028","b\\n":[-0,1e400,1e-7],"c":{"toJSON":{}}}',
])('%s', text => {
  const body = JSON.parse(text);
  expect(writeJson(body)).toBe(JSON.stringify(body));
});

test('a field that is left out is not written, and what is nested too deeply is refused', () => {
  expect(writeJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  const deep = JSON.parse(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`);
  expect(() => writeJson(deep)).toThrow(RangeError);
});
