/** Parses one line of a CLI's JSON output, which may be malformed, too long or too deeply nested. */

/** The most characters of a line; a usual line has a thousandth of it. */
const MAX_LINE = 4 * 1024 * 1024;
/** The deepest nesting; real events have less, and deeper JSON may be impossible to write again. */
const MAX_DEPTH = 100;

type JsonLine = { ok: true; value: unknown } | { ok: false; problem: string };

/** @foreign */
export function parseJsonLine(line: string): JsonLine {
  if (line.length > MAX_LINE)
    return { ok: false, problem: `a line of ${line.length} characters: more than ${MAX_LINE}` };
  if (depthOf(line) > MAX_DEPTH)
    return { ok: false, problem: `JSON nested deeper than ${MAX_DEPTH} levels` };
  try {
    return { ok: true, value: JSON.parse(line) };
  } catch {
    return { ok: false, problem: `a line that is not JSON: ${line.slice(0, 120)}` };
  }
}

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
