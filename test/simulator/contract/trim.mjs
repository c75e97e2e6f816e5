// Cuts GitHub's published descriptions down to what this local GitHub speaks.
//
//   npm i --prefix /tmp/openapi @octokit/openapi@23.0.2 @octokit/graphql-schema@15.26.1
//   node test/simulator/contract/trim.mjs /tmp/openapi/node_modules
//
//   node_modules/.bin/biome format --write test/simulator/contract
//
// Writes github.openapi.json and github.graphql beside itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = process.argv[2] ?? '/tmp/openapi/node_modules';
const { operations, webhooks, graphqlTypes } = JSON.parse(
  readFileSync(join(here, 'spoken.json'), 'utf8'),
);

trimOpenApi();
trimGraphql();

function trimOpenApi() {
  const file = join(modules, '@octokit/openapi/generated/api.github.com.json');
  const document = JSON.parse(readFileSync(file, 'utf8'));
  const components = {};

  /** Follows every reference, so that the result stands alone. */
  function take(node) {
    if (Array.isArray(node)) return node.forEach(take);
    if (node === null || typeof node !== 'object') return;
    if (typeof node.$ref === 'string') {
      const [, , kind, name] = node.$ref.split('/');
      components[kind] ??= {};
      if (components[kind][name] === undefined) {
        components[kind][name] = clean(document.components[kind][name]);
        take(components[kind][name]);
      }
    }
    Object.values(node).forEach(take);
  }

  // The published description has this account be a user and an enterprise at once.
  const installations =
    document.paths['/app/installations'].get.responses['200'].content['application/json'];
  installations.schema = { type: 'array', items: { $ref: '#/components/schemas/installation' } };

  const found = new Map();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (operation.operationId) found.set(operation.operationId, { method, path, operation });
    }
  }
  const keptOperations = {};
  for (const id of [...operations].sort()) {
    const entry = found.get(id);
    if (!entry) throw new Error(`GitHub describes no operation ${id}`);
    const { parameters, requestBody, responses } = clean(entry.operation);
    const kept = { method: entry.method, path: entry.path, parameters, requestBody, responses };
    take(kept);
    keptOperations[id] = kept;
  }
  const keptWebhooks = {};
  for (const name of [...webhooks].sort()) {
    const hook = document['x-webhooks'][name];
    if (!hook) throw new Error(`GitHub describes no webhook ${name}`);
    const schema = clean(hook.post.requestBody.content['application/json'].schema);
    take(schema);
    keptWebhooks[name] = schema;
  }

  shareRepeated([keptOperations, keptWebhooks, components], components.schemas);

  const lines = record =>
    `{\n${Object.keys(record)
      .sort()
      .map(key => `${JSON.stringify(key)}:${JSON.stringify(record[key])}`)
      .join(',\n')}\n}`;
  const parts = [
    `"version":${JSON.stringify(document.info.version)}`,
    `"operations":${lines(keptOperations)}`,
    `"webhooks":${lines(keptWebhooks)}`,
    ...Object.keys(components).map(kind => `"${kind}":${lines(components[kind])}`),
  ];
  writeFileSync(join(here, 'github.openapi.json'), `{\n${parts.join(',\n')}\n}\n`);
}

/**
 * Webhooks spell the same account out dozens of times. What is repeated word for word becomes one
 * schema of its own: the same meaning, a third of the size, and compiled once.
 */
function shareRepeated(roots, schemas) {
  const seen = new Map();
  const isSchema = node =>
    node.properties !== undefined || node.enum !== undefined || node.anyOf !== undefined;
  function count(node) {
    if (node === null || typeof node !== 'object') return;
    if (!Array.isArray(node) && isSchema(node)) {
      const text = JSON.stringify(node);
      if (text.length > 250) seen.set(text, (seen.get(text) ?? 0) + 1);
    }
    Object.values(node).forEach(count);
  }
  roots.forEach(count);
  const names = new Map();
  function replace(node, isRoot) {
    if (node === null || typeof node !== 'object') return node;
    if (Array.isArray(node)) return node.map(item => replace(item));
    const text = JSON.stringify(node);
    if (!isRoot && isSchema(node) && (seen.get(text) ?? 0) > 1) {
      if (!names.has(text)) {
        const name = `shared-${names.size + 1}`;
        names.set(text, name);
        schemas[name] = mapValues(node, value => replace(value));
      }
      return { $ref: `#/components/schemas/${names.get(text)}` };
    }
    return mapValues(node, value => replace(value));
  }
  for (const root of roots) {
    if (root.schemas) {
      for (const kind of Object.keys(root)) {
        for (const name of Object.keys(root[kind]))
          root[kind][name] = replace(root[kind][name], true);
      }
    } else {
      for (const name of Object.keys(root)) root[name] = replace(root[name], true);
    }
  }
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** Drops prose and examples; turns OpenAPI 3.0's `nullable` into JSON Schema. */
function clean(node, inProperties = false) {
  if (Array.isArray(node)) return node.map(item => clean(item));
  if (node === null || typeof node !== 'object') return node;
  const dropped = [
    'description',
    'example',
    'examples',
    'summary',
    'externalDocs',
    'headers',
    'title',
    'discriminator',
    'deprecated',
    'readOnly',
    'writeOnly',
  ];
  const result = {};
  for (const [key, value] of Object.entries(node)) {
    if (!inProperties && (dropped.includes(key) || key.startsWith('x-') || key === 'nullable'))
      continue;
    // Which events an App may hear of is listed in webhooks only, and the list is years old.
    if (inProperties && key === 'events' && value.items?.enum) {
      result[key] = { type: 'array', items: { type: 'string' } };
      continue;
    }
    // Only these two formats are kept by what GitHub really sends.
    if (!inProperties && key === 'format' && !['date-time', 'uri'].includes(value)) continue;
    result[key] = clean(value, key === 'properties' && !inProperties);
  }
  if (inProperties || node.nullable !== true) return result;
  if (Array.isArray(result.enum)) result.enum = [...new Set([...result.enum, null])];
  if (typeof result.type === 'string') {
    const { oneOf, anyOf, allOf, ...rest } = result;
    const nullable = { ...rest, type: [result.type, 'null'] };
    if (!oneOf && !anyOf && !allOf) return nullable;
  }
  return { anyOf: [result, { type: 'null' }] };
}

function trimGraphql() {
  const require = createRequire(join(here, '../../../package.json'));
  const { Kind, parse, print, visit } = require('graphql');
  const file = join(modules, '@octokit/graphql-schema/schema.graphql');
  const source = parse(readFileSync(file, 'utf8'), { noLocation: true });
  const byName = new Map(source.definitions.filter(d => d.name).map(d => [d.name.value, d]));
  const kept = new Map();

  function nameOf(type) {
    return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
  }
  function keep(name) {
    const definition = byName.get(name);
    if (!definition || kept.has(name)) return;
    if (
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION
    ) {
      const wanted = graphqlTypes[name];
      if (!wanted) throw new Error(`name the fields to keep of ${name}`);
      for (const field of wanted) {
        if (!definition.fields.some(f => f.name.value === field))
          throw new Error(`${name} has no field ${field}`);
      }
      const fields = definition.fields.filter(f => wanted.includes(f.name.value));
      kept.set(name, { ...definition, fields });
      for (const field of fields) {
        keep(nameOf(field.type));
        for (const argument of field.arguments ?? []) keep(nameOf(argument.type));
      }
      return;
    }
    kept.set(name, definition);
    for (const field of definition.fields ?? []) keep(nameOf(field.type));
  }
  for (const name of Object.keys(graphqlTypes)) keep(name);

  // Unions and interface lists shrink to the types that are left.
  const definitions = [...kept.values()].map(definition => ({
    ...definition,
    ...(definition.interfaces && {
      interfaces: definition.interfaces.filter(i => kept.has(i.name.value)),
    }),
    ...(definition.types && { types: definition.types.filter(t => kept.has(t.name.value)) }),
  }));
  const bare = visit(
    { kind: Kind.DOCUMENT, definitions },
    {
      enter: node =>
        node.description || node.directives?.length
          ? { ...node, description: undefined, directives: [] }
          : undefined,
    },
  );
  writeFileSync(join(here, 'github.graphql'), `${print(bare)}\n`);
}
