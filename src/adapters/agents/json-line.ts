/** Parses one line of a CLI's JSON output, which may be malformed, too long or too deeply nested. */

import { DEEPEST_JSON, jsonExcess } from '../../core/bounds/json-excess.ts';
import { firstPart } from '../../core/text/first-part.ts';

/** The most characters of a line; a usual line has a thousandth of it. */
const MAX_LINE = 4 * 1024 * 1024;

type JsonLine =
  | { ok: true; value: unknown }
  /** `tooLarge`: it was not even looked into. */
  | { ok: false; problem: string; tooLarge: boolean };

/** @foreign */
export function parseJsonLine(line: string): JsonLine {
  if (line.length > MAX_LINE)
    return unread(`a line of ${line.length} characters: more than ${MAX_LINE}`, true);
  if (jsonExcess(line, {}) !== null)
    return unread(`JSON nested more than ${DEEPEST_JSON} levels deep`, true);
  try {
    return { ok: true, value: JSON.parse(line) };
  } catch {
    return unread(`a line that is not JSON: ${firstPart(line, 120)}`, false);
  }
}

const unread = (problem: string, tooLarge: boolean): JsonLine => ({ ok: false, problem, tooLarge });
