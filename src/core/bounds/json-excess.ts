/**
 * Finds what makes a text unfit to be read as JSON: nesting, too many values, a key twice. It looks
 * without recursion, before anything is built from the text, which may be no JSON at all.
 */

/** The deepest nesting: real JSON has about ten levels, and much deeper JSON may be impossible to write again. */
export const DEEPEST_JSON = 100;

type JsonExcess = { kind: 'depth' } | { kind: 'values' } | { kind: 'key'; key: string };

type JsonLimits = {
  /** Each value costs many times its characters once it is parsed. */
  mostValues?: number;
  /** Whether a key that stands twice in an object is one too many. */
  keysOnce?: boolean;
};

/** Every webhook and every line of an agent passes here: it is quick. @foreign */
export function jsonExcess(text: string, limits: JsonLimits): JsonExcess | null {
  const { mostValues = Number.POSITIVE_INFINITY, keysOnce = false } = limits;
  /** One set of keys for each open object, `null` for each open array. */
  const open: (Set<string> | null)[] = [];
  let keys: Set<string> | null = null;
  let keyNext = false;
  // There are at most as many values as commas and brackets, and one.
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        keyNext = text.charCodeAt(at) === OPEN_OBJECT;
        keys = keyNext ? new Set() : null;
        open.push(keys);
        if (open.length > DEEPEST_JSON) return { kind: 'depth' };
        values += 1;
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        open.pop();
        keys = open.at(-1) ?? null;
        keyNext = false;
        break;
      case COMMA:
        keyNext = keys !== null;
        values += 1;
        break;
      case QUOTE: {
        const end = endOfString(text, at);
        if (keysOnce && keyNext && keys) {
          const key = unescaped(text.slice(at, end + 1));
          if (keys.has(key)) return { kind: 'key', key };
          keys.add(key);
        }
        keyNext = false;
        at = end;
      }
    }
    if (values > mostValues) return { kind: 'values' };
  }
  return null;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Where the string that begins at `start` ends; the end of the text where it never does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

/** A key as it is meant: `"\u0061"` is `a`. */
function unescaped(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
}
