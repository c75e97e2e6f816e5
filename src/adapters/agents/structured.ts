/** Reads the structured part and the summary of an agent's final answer. */
import { parseJsonLine } from './json-line.ts';

/**
 * The JSON object that the answer is, or that stands in its last fenced code block, or that it ends with;
 * `undefined` without one. Some agents join what the model said in several parts without a space, so an
 * object or a fence may begin in the middle of a line. @foreign
 */
export function structuredOf(text: string): unknown {
  const whole = text.trim();
  for (const candidate of [whole, lastFenced(text)?.trim(), lastObject(whole)]) {
    if (!candidate?.startsWith('{')) continue;
    const parsed = parseJsonLine(candidate);
    if (parsed.ok) return parsed.value;
  }
  return undefined;
}

/** What stands in the last code block that is closed, and is of JSON or of no language. */
function lastFenced(text: string): string | undefined {
  const lines = text.split('\n');
  let found: string | undefined;
  let open = -1;
  for (const [at, line] of lines.entries()) {
    const said = line.trimEnd();
    if (open >= 0 && said === '```') {
      found = lines.slice(open + 1, at).join('\n');
      open = -1;
    } else if (open < 0 && (said === '```' || said.endsWith('```json'))) open = at;
  }
  return found;
}

/** The braces that belong together and end where the text ends, with what is between them. */
function lastObject(text: string): string | undefined {
  let start = 0;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (depth === 0) {
      if (char === '{') [start, depth] = [at, 1];
    } else if (quoted) {
      if (char === '\\') at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{') depth++;
    else if (char === '}') depth--;
  }
  return depth === 0 && text.endsWith('}') ? text.slice(start) : undefined;
}

/** The answer as text for people: its JSON's `summary` where it has one, else all of it. @foreign */
export function summaryOf(text: string, structured: unknown): string {
  const isObject = typeof structured === 'object' && structured !== null;
  if (!isObject || !('summary' in structured)) return text;
  return typeof structured.summary === 'string' ? structured.summary : text;
}

/** For CLIs without a flag for it: the schema of the answer that is wanted stands at the prompt's end. */
export function withSchema(prompt: string, schema: Record<string, unknown> | null): string {
  if (schema === null) return prompt;
  const asked =
    'Your last message is one JSON object that matches this JSON Schema, and nothing else:';
  return `${prompt}\n\n${asked}\n\n${JSON.stringify(schema)}`;
}
