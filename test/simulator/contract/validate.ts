import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Content };
  readonly responses: Readonly<
    Record<string, { readonly content?: Content; readonly $ref?: string }>
  >;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly patternProperties?: unknown;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Document {
  readonly operations: Readonly<Record<string, Omit<Operation, 'id'>>>;
  readonly webhooks: Readonly<Record<string, Schema>>;
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** Each message is one way in which a value departs from what GitHub publishes. */
export interface Contract {
  readonly operations: readonly Operation[];
  pathAndQuery(operation: Operation, path: Values, query: Values): string[];
  body(operation: Operation, body: unknown): string[];
  response(operation: Operation, status: number, body: unknown): string[];
  webhook(event: string, action: string | undefined, payload: unknown): string[];
}

/** Values as they stood in the address; checking also turns them into numbers and booleans. */
export type Values = Record<string, unknown>;

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

let loaded: Contract | undefined;

/** One per process: schemas are compiled at their first use, and then shared. */
export function loadContract(): Contract {
  loaded ??= build();
  return loaded;
}

function build(): Contract {
  const document: Document = JSON.parse(
    readFileSync(new URL('./github.openapi.json', import.meta.url), 'utf8'),
  );
  const options = {
    strict: false,
    allErrors: true,
    validateSchema: false,
    // Schemas are many and big, and each is used a few times: compiling is what takes time.
    inlineRefs: false,
    code: { optimize: false },
    // The addresses of a deployment's status are empty by default, as GitHub describes them.
    formats: { 'date-time': DATE_TIME, uri: /^(?:[a-z][a-z0-9+.-]*:\S+)?$/i },
  } as const;
  const ajv = new Ajv(options);
  const coercing = new Ajv({ ...options, coerceTypes: 'array' });
  ajv.addSchema({ $id: 'github', components: { schemas: document.schemas } });
  const compiled = new Map<string, ValidateFunction>();

  function check(engine: Ajv, key: string, schema: () => Schema, value: unknown): string[] {
    let validate = compiled.get(key);
    if (!validate) {
      validate = engine.compile(rooted(schema()));
      compiled.set(key, validate);
    }
    return validate(value) ? [] : readable(validate.errors ?? []);
  }

  const operations = Object.entries(document.operations).map(([id, rest]) => ({ id, ...rest }));

  function parametersOf(operation: Operation, place: 'path' | 'query'): Parameter[] {
    return (operation.parameters ?? [])
      .map(entry => ('$ref' in entry ? document.parameters[lastPart(entry.$ref)] : entry))
      .filter(parameter => parameter !== undefined)
      .filter(parameter => parameter.in === place);
  }

  function checkValues(operation: Operation, place: 'path' | 'query', values: Values): string[] {
    const known = parametersOf(operation, place);
    const schema = () => ({
      type: 'object',
      properties: Object.fromEntries(known.map(({ name, schema }) => [name, schema])),
      required: known.filter(({ required }) => required).map(({ name }) => name),
      additionalProperties: false,
    });
    return check(coercing, `${operation.id} ${place}`, schema, values).map(m => `${place}${m}`);
  }

  return {
    operations,

    pathAndQuery(operation, path, query) {
      // A copy, which is what is made numbers of: ids may be larger than those.
      return [
        ...checkValues(operation, 'path', { ...path }),
        ...checkValues(operation, 'query', query),
      ];
    },

    body(operation, body) {
      const schema = operation.requestBody?.content?.['application/json']?.schema;
      if (body === undefined)
        return operation.requestBody?.required && schema ? ['body is missing'] : [];
      // Clients send {} where nothing is described.
      if (!schema) return isEmpty(body) ? [] : ['body is not described for this operation'];
      return [
        ...check(ajv, `${operation.id} body`, () => schema, body),
        ...unknownFields(document, [schema], body, ''),
      ].map(message => `body${message}`);
    },

    response(operation, status, body) {
      const described = operation.responses[String(status)];
      const response = described?.$ref ? document.responses[lastPart(described.$ref)] : described;
      if (!response) return status >= 400 ? [] : [`status ${status} is not described`];
      const schema =
        response.content?.['application/json']?.schema ??
        response.content?.['application/scim+json']?.schema;
      if (!schema)
        return body === undefined || status >= 400
          ? []
          : [`status ${status} is described without a body`];
      return check(ajv, `${operation.id} ${status}`, () => schema, body).map(m => `response${m}`);
    },

    webhook(event, action, payload) {
      const name = webhookName(event, action);
      const schema = document.webhooks[name];
      if (!schema)
        return [`GitHub sends no ${name} (or it was not kept in the trimmed description)`];
      return check(ajv, `webhook ${name}`, () => schema, payload).map(m => `payload${m}`);
    },
  };
}

function webhookName(event: string, action: string | undefined): string {
  // A dispatch carries the caller's own word as its action.
  if (event === 'repository_dispatch') return 'repository-dispatch-sample.collected';
  return [event, action].filter(Boolean).join('-').replaceAll('_', '-');
}

/** References in a compiled piece point into the one document that holds all components. */
function rooted(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"github#/components/'));
}

function lastPart(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

function isEmpty(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.keys(body).length === 0;
}

function readable(errors: readonly ErrorObject[]): string[] {
  return errors
    .filter(error => error.keyword !== 'if' && !isLostFork(error))
    .map(error => {
      const detail =
        'allowedValues' in error.params ? ` ${JSON.stringify(error.params.allowedValues)}` : '';
      const extra =
        'additionalProperty' in error.params ? ` (${error.params.additionalProperty})` : '';
      return `${error.instancePath} ${error.message}${detail}${extra}`;
    });
}

/** Of a fork that was deleted GitHub says null, and its description allows that in some places only. */
const isLostFork = ({ instancePath, keyword }: ErrorObject): boolean =>
  keyword === 'type' && instancePath.endsWith('/head/repo');

/** GitHub ignores fields that it does not know; a client that sends one has a mistake in it. */
function unknownFields(
  document: Document,
  schemas: readonly Schema[],
  value: unknown,
  at: string,
): string[] {
  const all = schemas.flatMap(schema => alternatives(document, schema));
  if (Array.isArray(value)) {
    const items = all.map(schema => schema.items).filter(item => item !== undefined);
    return items.length
      ? value.flatMap((item, i) => unknownFields(document, items, item, `${at}/${i}`))
      : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const described = all.filter(schema => schema.properties);
  const open = all.some(schema => schema.additionalProperties || schema.patternProperties);
  if (!described.length || open) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const inner = described
      .map(schema => schema.properties?.[key])
      .filter(found => found !== undefined);
    if (!inner.length) return [`${at} has an unknown field (${key})`];
    return unknownFields(document, inner, item, `${at}/${key}`);
  });
}

function alternatives(document: Document, schema: Schema): Schema[] {
  if (schema.$ref) {
    const target = document.schemas[lastPart(schema.$ref)];
    return target ? alternatives(document, target) : [];
  }
  const nested = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
  return [schema, ...nested.flatMap(inner => alternatives(document, inner))];
}
