/**
 * What makes bytes unfit as a payload: not UTF-8, not one JSON object, nested too deep, a key twice.
 * It looks without recursion, before anything is built from the text.
 */

import { isUtf8 } from 'node:buffer';

/** GitHub's deepest payloads have about ten levels. */
const DEPTH = 64;

/** @foreign */
export function jsonObjectFault(bytes: Buffer): string | null {
  if (!isUtf8(bytes)) return 'it is not UTF-8';
  const text = bytes.toString('utf8');
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

/** Depth and duplicate keys of text that may not even be JSON. Every webhook passes here: it is quick. */
function structureFault(text: string): string | null {
  /** One set of keys for each open object, `null` for each open array. */
  const open: (Set<string> | null)[] = [];
  let keys: Set<string> | null = null;
  let keyNext = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        keyNext = text.charCodeAt(at) === OPEN_OBJECT;
        keys = keyNext ? new Set() : null;
        open.push(keys);
        if (open.length > DEPTH) return `it is nested more than ${DEPTH} levels deep`;
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        open.pop();
        keys = open.at(-1) ?? null;
        keyNext = false;
        break;
      case COMMA:
        keyNext = keys !== null;
        break;
      case QUOTE: {
        const end = endOfString(text, at);
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
