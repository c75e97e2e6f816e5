/**
 * Every part of a request costs Cedar time. What no policy of an action reads can't change an answer, so
 * it is left out of the request, and of the schema that the request is checked against.
 */
import type {
  CedarValueJson,
  Context,
  PolicyJson,
  SchemaJson,
} from '@cedar-policy/cedar-wasm/nodejs';
import { isObject, type Json } from './expression.ts';

export type Namespace = SchemaJson<string>[string];

export type Reads = {
  /** Names of the attributes that occur anywhere, whatever they are attributes of. */
  mentioned: ReadonlySet<string>;
  /** Of those, the ones whose value is used as it is: a record then needs all that is in it. */
  whole: ReadonlySet<string>;
};

export function readsOf(policies: Pick<PolicyJson, 'conditions'>[]): Reads {
  const mentioned = new Set<string>();
  const whole = new Set<string>();
  /** `inner`: only an attribute of the value is read. */
  const visit = (json: Json | undefined, inner: boolean): void => {
    if (Array.isArray(json)) for (const each of json) visit(each, false);
    if (!isObject(json)) return;
    if (typeof json.Var === 'string' && !inner) whole.add(json.Var);
    for (const [operator, operand] of Object.entries(json)) {
      if ((operator !== '.' && operator !== 'has') || !isObject(operand)) {
        visit(operand, false);
        continue;
      }
      for (const name of [operand.attr].flat()) {
        mentioned.add(String(name));
        if (operator === '.' && !inner) whole.add(String(name));
      }
      visit(operand.left, true);
    }
  };
  visit(policies.map(({ conditions }) => conditions) as unknown as Json, false);
  return { mentioned, whole };
}

type Values = { [key: string]: Json };

const isRecord = (value: CedarValueJson): value is Context =>
  isObject(value) && !('__entity' in value);

/** The record, with just the attributes that are read. */
export function prunedRecord(record: Context, reads: Reads): Context {
  const pruned: Context = {};
  for (const [name, value] of Object.entries(record))
    if (reads.mentioned.has(name))
      pruned[name] = isRecord(value) && !reads.whole.has(name) ? prunedRecord(value, reads) : value;
  return pruned;
}

/** The schema of one action, with just the attributes that are read. */
export function prunedSchema(
  namespace: Namespace,
  action: string,
  reads: Reads,
): SchemaJson<string> {
  const declared = namespace.actions[action];
  const groups = Object.entries(namespace.actions).filter(([, { appliesTo }]) => !appliesTo);
  const context = declared?.appliesTo?.context as Json | undefined;
  const entityTypes = Object.entries(namespace.entityTypes).map(([name, type]) => [
    name,
    'shape' in type ? { ...type, shape: prunedType(namespace, type.shape as Json, reads) } : type,
  ]);
  return {
    '': {
      ...namespace,
      entityTypes: Object.fromEntries(entityTypes),
      actions: {
        ...Object.fromEntries(groups),
        [action]: {
          ...declared,
          appliesTo: {
            resourceTypes: [],
            principalTypes: [],
            ...declared?.appliesTo,
            context: reads.whole.has('context') ? context : prunedType(namespace, context, reads),
          },
        },
      },
    } as Namespace,
  };
}

function prunedType(namespace: Namespace, type: Json | undefined, reads: Reads): Json | undefined {
  const record = recordOf(namespace, type);
  if (!record) return type;
  const attributes = Object.entries(record)
    .filter(([name]) => reads.mentioned.has(name))
    .map(([name, attribute]) => {
      const pruned = reads.whole.has(name) ? attribute : prunedType(namespace, attribute, reads);
      const required = isObject(attribute) ? attribute.required : undefined;
      return [name, isObject(pruned) && required !== undefined ? { ...pruned, required } : pruned];
    });
  return { type: 'Record', attributes: Object.fromEntries(attributes) };
}

/** The attributes of a record type, or of a name that stands for one. */
function recordOf(namespace: Namespace, type: Json | undefined): Values | null {
  if (!isObject(type)) return null;
  if (isObject(type.attributes)) return type.attributes;
  const names = [type.name, type.type].filter(name => typeof name === 'string');
  const common = names.map(name => namespace.commonTypes?.[name]).find(found => found);
  return common ? recordOf(namespace, common as unknown as Json) : null;
}
