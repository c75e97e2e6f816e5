/**
 * The fixed vocabularies of the schema (`@words`), and a check that policies compare with words of
 * them only: Cedar's own validation knows a string, not which strings there are.
 */
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { didYouMean } from '../core/nearest.ts';
import { attributePath, isObject, type Json } from './expression.ts';
import type { Namespace } from './request-pruning.ts';

/** Attribute (`context.requester.role`) → the words it may hold. */
export type Vocabulary = ReadonlyMap<string, ReadonlySet<string>>;

export function vocabularyOf(namespace: Namespace): Vocabulary {
  const found = new Map<string, Set<string>>();
  for (const { appliesTo } of Object.values(namespace.actions)) {
    collect(namespace, appliesTo?.context as Json, 'context', found);
    for (const [root, types] of [
      ['principal', appliesTo?.principalTypes],
      ['resource', appliesTo?.resourceTypes],
    ] as const)
      for (const type of types ?? [])
        collect(namespace, namespace.entityTypes[type] as unknown as Json, root, found);
  }
  return found;
}

/** Follows a type through its names and records down to types with `@words`. */
function collect(
  namespace: Namespace,
  type: Json | undefined,
  at: string,
  found: Map<string, Set<string>>,
): void {
  if (!isObject(type)) return;
  const { annotations, attributes, element, shape } = type;
  if (isObject(annotations) && typeof annotations.words === 'string') {
    const words = found.get(at) ?? new Set();
    found.set(at, words);
    for (const word of annotations.words.split(' ')) words.add(word);
  }
  if (isObject(attributes))
    for (const [name, attribute] of Object.entries(attributes))
      collect(namespace, attribute, `${at}.${name}`, found);
  collect(namespace, element, at, found);
  collect(namespace, shape, at, found);
  for (const name of [type.name, type.type])
    if (typeof name === 'string')
      collect(namespace, namespace.commonTypes?.[name] as Json | undefined, at, found);
}

type UnknownWord = { word: string; problem: string };

export function unknownWords(policy: PolicyJson, vocabulary: Vocabulary): UnknownWord[] {
  const unknown: UnknownWord[] = [];
  const visit = (json: Json): void => {
    if (Array.isArray(json)) return json.forEach(visit);
    if (!isObject(json)) return;
    for (const [operator, operands] of Object.entries(json)) {
      visit(operands);
      if (!COMPARISONS.has(operator) || !isObject(operands)) continue;
      for (const attribute of [operands.left, operands.right].map(attributePath)) {
        const words = vocabulary.get(attribute);
        for (const word of words ? literals(operands) : [])
          if (!words?.has(word))
            unknown.push({
              word,
              problem: `"${word}" is no word of ${attribute}${known(word, [...(words ?? [])])}`,
            });
      }
    }
  };
  visit(policy.conditions as unknown as Json);
  return unknown;
}

const known = (word: string, words: string[]): string =>
  didYouMean(word, words) || ` (known: ${words.join(', ')})`;

const COMPARISONS = new Set(['==', '!=', 'contains', 'containsAll', 'containsAny']);

function literals(json: Json): string[] {
  if (Array.isArray(json)) return json.flatMap(literals);
  if (!isObject(json)) return [];
  return Object.entries(json).flatMap(([key, value]) =>
    key === 'Value' && typeof value === 'string' ? [value] : literals(value),
  );
}
