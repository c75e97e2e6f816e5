/**
 * Whether a JSON schema names an address. Servers of models may fetch what a schema refers to, what it
 * says it is (`$id`, from which `#…` counts then), or the schema that it is written by.
 */
import { toList, valueAt } from '../json-values.ts';

/** A reference is one wherever it stands: some servers replace it in a value, too. */
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef'];
/** What a schema is called: `id` is the name of it in draft 4. */
const NAMES = ['$id', 'id'];
/** The schemas of schemas that everybody has. */
const DRAFT =
  /^https?:\/\/json-schema\.org\/(?:draft-0[0-7]\/|draft\/20(?:19-09|20-12)\/)?(?:hyper-)?schema#?$/;

/** Words whose values are no schemas. */
const HOLD_VALUES = new Set(['const', 'default', 'enum', 'example', 'examples']);
/** Words whose values hold schemas by names of their own, which may be any of the others. */
const HOLD_NAMED = new Set([
  '$defs',
  'definitions',
  'dependencies',
  'dependentSchemas',
  'patternProperties',
  'properties',
]);

type Kind = 'schema' | 'named' | 'value';

/** It looks without recursion: a schema may be nested as deeply as a body may. */
export function refersAway(schema: unknown): boolean {
  const open: { part: object; kind: Kind }[] = [];
  const look = (part: unknown, kind: Kind) => {
    if (typeof part === 'object' && part !== null) open.push({ part, kind });
  };
  // A value is a schema where a reference leads to it, and then it may move what its own mean.
  let isValueNamed = false;
  let isValueReferring = false;
  look(schema, 'schema');
  for (let next = open.pop(); next; next = open.pop()) {
    const { part, kind } = next;
    // One by one: an array may be longer than a call has room for arguments.
    if (Array.isArray(part)) for (const within of toList(part)) look(within, kind);
    else {
      const references = textsAt(part, REFERENCES);
      if (references.some(to => !to.startsWith('#'))) return true;
      const isNamed = !textsAt(part, NAMES).every(isNear);
      if (kind !== 'value' && (isNamed || saysAddress(part, kind))) return true;
      if (kind === 'value') {
        isValueNamed ||= isNamed;
        isValueReferring ||= references.length > 0;
      }
      for (const [name, within] of Object.entries(part)) look(within, kindOf(name, kind));
    }
  }
  return isValueNamed && isValueReferring;
}

function kindOf(name: string, of: Kind): Kind {
  if (of === 'value') return 'value';
  if (of === 'named') return 'schema';
  if (HOLD_VALUES.has(name)) return 'value';
  return HOLD_NAMED.has(name) ? 'named' : 'schema';
}

const textsAt = (part: object, names: readonly string[]): string[] =>
  names.map(name => valueAt(part, name)).filter(value => typeof value === 'string');

/** A place in the schema itself, or a mere name: neither leads to another server. */
const isNear = (to: string): boolean => /^(?:#.*|[\w-]*)$/s.test(to);

/** The other words by which a schema says an address. */
function saysAddress(part: object, kind: Kind): boolean {
  if (!textsAt(part, ['$schema']).every(draft => DRAFT.test(draft) || isNear(draft))) return true;
  if (kind === 'named') return false;
  const mapping = valueAt(part, 'discriminator', 'mapping');
  const kinds = typeof mapping === 'object' && mapping !== null ? Object.values(mapping) : [];
  if (kinds.some(to => typeof to === 'string' && !isNear(to))) return true;
  return Object.hasOwn(part, '$vocabulary');
}
