/** What makes bytes unfit as a payload: not UTF-8, not one JSON object, nested too deep, a key twice. */
import { isUtf8 } from 'node:buffer';
import { DEEPEST_JSON, jsonExcess } from '../../../core/bounds/json-excess.ts';

/** @foreign */
export function jsonObjectFault(bytes: Buffer): string | null {
  if (!isUtf8(bytes)) return 'it is not UTF-8';
  const text = bytes.toString('utf8');
  if (!/^[ \t\r\n]*\{/.test(text)) return 'it is not a JSON object';
  const excess = jsonExcess(text, { keysOnce: true });
  if (excess !== null)
    return excess.kind === 'key'
      ? `the key ${JSON.stringify(excess.key.slice(0, 60))} stands twice`
      : `it is nested more than ${DEEPEST_JSON} levels deep`;
  try {
    JSON.parse(text);
    return null;
  } catch {
    return 'it is not JSON';
  }
}
