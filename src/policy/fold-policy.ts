/**
 * Folds what a policy says of paths, hosts and names that GitHub takes for one whatever their case, as requests
 * are folded: a policy about `.GitHub/Workflows`, `"CODEOWNERS"` or `Environment::"Production"` means the same
 * as one in lower case.
 */
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { foldCase, foldPath } from '../core/paths/fold-path.ts';
import { attributePath, type Json } from './expression.ts';

/** How the ids of an entity type are folded, in requests and in policies alike. */
const FOLD: Record<string, (id: string) => string> = {
  Path: foldPath,
  Host: id => id.toLowerCase(),
  Repository: id => id.toLowerCase(),
  Environment: foldCase,
};

/** Attributes that hold such names; those of a path are known by their own. */
const NAMES = new Set([
  ...['context.repository.owner', 'context.repository.name', 'context.requester.login'],
  ...['context.listed', 'resource.names'],
]);

export const foldId = (type: string, id: string): string => FOLD[type]?.(id) ?? id;

export const foldPolicy = (policy: PolicyJson): PolicyJson =>
  fold(policy as unknown as Json) as unknown as PolicyJson;

const COMPARISONS = new Set(['==', '!=', 'like', 'contains', 'containsAll', 'containsAny']);

function fold(json: Json): Json {
  if (Array.isArray(json)) return json.map(fold);
  if (json === null || typeof json !== 'object') return json;
  if (typeof json.type === 'string' && typeof json.id === 'string')
    return { ...json, id: foldId(json.type, json.id) };
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key,
      COMPARISONS.has(key) && readsFolded(value) ? foldStrings(fold(value)) : fold(value),
    ]),
  );
}

/** Whether the expression reads `.path` or `.file`, which only a Path has, or a name. */
function readsFolded(json: Json): boolean {
  if (Array.isArray(json)) return json.some(readsFolded);
  if (json === null || typeof json !== 'object') return false;
  if (json.attr === 'path' || json.attr === 'file' || NAMES.has(attributePath(json))) return true;
  return Object.values(json).some(readsFolded);
}

function foldStrings(json: Json): Json {
  if (Array.isArray(json)) return json.map(foldStrings);
  if (json === null || typeof json !== 'object') return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key,
      typeof value === 'string' && (key === 'Value' || key === 'Literal')
        ? foldCase(value)
        : foldStrings(value),
    ]),
  );
}
