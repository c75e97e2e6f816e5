/** A JSON Schema that a repository writes for an answer: what it comes to, and why one can't be used. */
import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

/** Null where it can't be used. */
export function shapeOf(schema: JsonSchema): z.ZodType | null {
  if (hasPattern(schema)) return null;
  try {
    return z.fromJSONSchema(schema);
  } catch {
    return null;
  }
}

/** The end of a sentence that begins with where it stands; null: it can be used. */
export function schemaFault(schema: JsonSchema): string | null {
  const cannot = 'is no JSON Schema that can be used';
  if (hasPattern(schema)) return `${cannot}: patterns may take for ever on what a service answers`;
  try {
    z.fromJSONSchema(schema);
    return null;
  } catch (error) {
    const said = error instanceof Error ? error.message : '';
    return `${cannot}: ${said.slice(0, 200)}`;
  }
}

const PATTERNS = ['pattern', 'patternProperties'];
/** What names what is in it, so that any key may stand there. */
const NAMES = ['properties', '$defs', 'definitions'];
/** What has values in it, and no schema. */
const VALUES = ['const', 'enum', 'default', 'examples'];

/** Everybody waits for whoever reads an answer, so nobody else's regular expression runs there. */
function hasPattern(value: unknown, named = false): boolean {
  if (Array.isArray(value)) return value.some(one => hasPattern(one));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => {
    if (named) return hasPattern(inner);
    if (VALUES.includes(key)) return false;
    return PATTERNS.includes(key) || hasPattern(inner, NAMES.includes(key));
  });
}
