/** A JSON schema refers to nothing that a server of a model would have to fetch. */
import { expect, it } from 'vitest';
import { faultIn, schema } from '../../src/gateway/dialects/allow.ts';

const AWAY = 'https://evil.example/?leak';
const nested = (within: object) => ({ type: 'object', properties: { a: { anyOf: [within] } } });

const REFUSED: [string, object][] = [
  ...['$ref', '$dynamicRef', '$recursiveRef', '$schema', '$id', 'id'].map(
    (name): [string, object] => [name, { [name]: AWAY }],
  ),
  ['another scheme', { $ref: 'file:///etc/passwd' }],
  ['an address without a scheme', { $ref: '//evil.example/a' }],
  ['a path', { $ref: 'other.json#/a' }],
  ['a name', { $ref: 'other' }],
  ['an $id that moves what "#" means', { $id: AWAY, $ref: '#/$defs/a', $defs: { a: {} } }],
  ['the same of draft 4', { id: `${AWAY}#`, allOf: [{ $ref: '#/definitions/a' }] }],
  ['an $id without a scheme', { $id: '//evil.example/a' }],
  ['an $id that is a path', { $id: '/a/b.json' }],
  ['an $id in a definition', { $defs: { a: { $id: AWAY } }, $ref: '#/$defs/a' }],
  ['a schema of schemas of somebody', { $schema: 'https://json-schema.org.evil.example/schema' }],
  ['one with a question', { $schema: 'https://json-schema.org/draft/2020-12/schema?leak' }],
  ['one with a user', { $schema: 'https://json-schema.org@evil.example/draft-07/schema' }],
  ['one in a part', { $defs: { a: { $schema: AWAY } } }],
  ['a vocabulary', { $vocabulary: { [AWAY]: true } }],
  ['kinds that lie elsewhere', { discriminator: { propertyName: 'a', mapping: { b: AWAY } } }],
  ['a text below properties', { properties: { $ref: AWAY } }],
  ['a property named default', { properties: { default: { $id: AWAY } } }],
  ['a schema in what is unknown', { 'x-more': { $id: AWAY } }],
  ['a $ref in a default', { default: { $ref: AWAY } }],
  [
    'a default that is used as a schema',
    { $ref: '#/default', default: { $id: AWAY, properties: { a: { $ref: '#/b' } } } },
  ],
  [
    'the same in two values',
    { default: { id: AWAY, a: {} }, examples: [{ b: { $dynamicRef: '#c' } }] },
  ],
];

it.each(REFUSED)('refused is %s', (_name, given) => {
  for (const one of [given, nested(given)])
    expect(faultIn(schema, one)).toMatch(/it refers to what is elsewhere/);
});

it.each<[string, object]>([
  ...[
    'https://json-schema.org/draft/2020-12/schema',
    'https://json-schema.org/draft/2019-09/schema#',
    'http://json-schema.org/draft-07/schema#',
    'http://json-schema.org/draft-06/schema',
    'https://json-schema.org/draft-04/schema#',
    'http://json-schema.org/draft-03/schema#',
    'http://json-schema.org/schema#',
  ].map((draft): [string, object] => [draft, { $schema: draft }]),
  ['what stands in it', { $ref: '#/$defs/a', $defs: { a: { $anchor: 'a', $dynamicRef: '#a' } } }],
  ['all of it', { properties: { next: { $ref: '#' }, other: { $recursiveRef: '#' } } }],
  ['an anchor of an older draft', { definitions: { a: { $id: '#a' } }, $ref: '#a' }],
  ['a name', { $id: 'Order', id: 'order_2' }],
  ['kinds that stand in it', { discriminator: { mapping: { cat: '#/$defs/Cat', dog: 'Dog' } } }],
  [
    'properties that are named like words of a schema',
    {
      properties: {
        $ref: { type: 'string' },
        $id: { type: 'string' },
        id: { type: 'string', format: 'uri' },
        $schema: { type: 'string' },
        $vocabulary: { type: 'object', properties: {} },
        default: { type: 'object', properties: { id: { const: AWAY } } },
        discriminator: { mapping: { type: 'string', const: AWAY } },
      },
      required: ['$ref', 'id'],
    },
  ],
  ['an id that is a value', { default: { id: AWAY }, enum: [{ $id: AWAY }], const: { id: AWAY } }],
  ['an example of a file', { examples: [{ $schema: 'https://opencode.test/config.json' }] }],
  ['addresses elsewhere', { description: AWAY, default: AWAY, image_url: AWAY, enum: [AWAY] }],
])('forwarded is %s', (_name, given) => {
  for (const one of [given, nested(given)]) expect(faultIn(schema, one)).toBeNull();
});

it('a schema is looked through however long its lists are, and however deep it is', () => {
  const long: unknown[] = Array.from({ length: 1_000_000 }, () => 1);
  expect(faultIn(schema, { enum: long })).toBeNull();
  long.unshift({ $ref: 'http://internal.test/schema' });
  expect(faultIn(schema, { anyOf: long })).toMatch(/elsewhere/);
  let deep: object = { $id: AWAY };
  for (let depth = 0; depth < 100_000; depth += 1) deep = { not: deep };
  expect(faultIn(schema, deep)).toMatch(/elsewhere/);
});
