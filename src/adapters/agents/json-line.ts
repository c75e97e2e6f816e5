/** Parses one line of a CLI's JSON output, which may be malformed, too long or too deeply nested. */
import { firstPart } from '../../core/first-part.ts';

/** The most characters of a line; a usual line has a thousandth of it. */
const MAX_LINE = 4 * 1024 * 1024;
/** The deepest nesting; real events have less, and deeper JSON may be impossible to write again. */
const MAX_DEPTH = 100;

type JsonLine =
  | { ok: true; value: unknown }
  /** `tooLarge`: it was not even looked into. */
  | { ok: false; problem: string; tooLarge: boolean };

/** @foreign */
export function parseJsonLine(line: string): JsonLine {
  if (line.length > MAX_LINE)
    return unread(`a line of ${line.length} characters: more than ${MAX_LINE}`, true);
  if (depthOf(line) > MAX_DEPTH) return unread(`JSON nested deeper than ${MAX_DEPTH} levels`, true);
  try {
    return { ok: true, value: JSON.parse(line) };
  } catch {
    return unread(`a line that is not JSON: ${firstPart(line, 120)}`, false);
  }
}

const unread = (problem: string, tooLarge: boolean): JsonLine => ({ ok: false, problem, tooLarge });

function depthOf(line: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < line.length; index++) {
    const character = line[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}
