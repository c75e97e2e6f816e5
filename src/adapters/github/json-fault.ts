/**
 * What makes bytes unfit as a payload: not UTF-8, not one JSON object, nested too deep, a key twice.
 * It looks without recursion, before anything is built from the text.
 */

/** GitHub's deepest payloads have about ten levels. */
const DEPTH = 64;

export function jsonObjectFault(bytes: Uint8Array): string | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return 'it is not UTF-8';
  }
  if (!/^[ \t\r\n]*\{/.test(text)) return 'it is not a JSON object';
  const fault = structureFault(text);
  if (fault) return fault;
  try {
    JSON.parse(text);
    return null;
  } catch {
    return 'it is not JSON';
  }
}

/** Depth and duplicate keys of text that may not even be JSON. */
function structureFault(text: string): string | null {
  /** One set of keys for each open object, `null` for each open array. */
  const open: (Set<string> | null)[] = [];
  let keyNext = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '{':
      case '[':
        keyNext = text[at] === '{';
        open.push(keyNext ? new Set() : null);
        if (open.length > DEPTH) return `it is nested more than ${DEPTH} levels deep`;
        break;
      case '}':
      case ']':
        open.pop();
        keyNext = false;
        break;
      case ',':
        keyNext = open.at(-1) instanceof Set;
        break;
      case '"': {
        const end = endOfString(text, at);
        const keys = open.at(-1);
        if (keyNext && keys) {
          const key = unescaped(text.slice(at, end + 1));
          if (keys.has(key)) return `the key ${JSON.stringify(key.slice(0, 60))} stands twice`;
          keys.add(key);
        }
        keyNext = false;
        at = end;
      }
    }
  }
  return null;
}

/** Where the string that begins at `start` ends; the end of the text where it never does. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return text.length;
}

const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/** A key as it is meant: `"\u0061"` is `a`. */
function unescaped(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
}
