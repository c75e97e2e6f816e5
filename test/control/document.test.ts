/** The OpenAPI document is what the endpoints are, and `docs/openapi.json` is that document. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { apiDocument } from '../../src/control/document.ts';
import { ENDPOINTS } from '../../src/control/endpoints.ts';

const STALE =
  'docs/openapi.json is stale; this writes it anew: npm test -- test/control/document -u';
const text = `${JSON.stringify(apiDocument(ENDPOINTS), null, 2)}\n`;

it('is checked in', async () => {
  const file = join(import.meta.dirname, '../../docs/openapi.json');
  await expect(text, STALE).toMatchFileSnapshot(file);
});

it('names each operation once, and every schema that it refers to is there', () => {
  const document = JSON.parse(text);
  const operations = Object.values<Record<string, { operationId: string }>>(document.paths)
    .flatMap(path => Object.values(path))
    .map(({ operationId }) => operationId);
  expect(operations).toHaveLength(ENDPOINTS.length);
  expect(new Set(operations).size).toBe(ENDPOINTS.length);
  for (const [, name = ''] of text.matchAll(/"\$ref": "#\/components\/schemas\/(\w+)"/g))
    expect(document.components.schemas).toHaveProperty(name);
});
