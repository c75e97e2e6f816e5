/** Reads the structured part and the summary of an agent's final answer. */
import { parseJsonLine } from './json-line.ts';

/** The JSON object that is the whole answer, or its last fenced code block; `undefined` without one. @foreign */
export function structuredOf(text: string): unknown {
  for (const candidate of [text.trim(), lastFenced(text)?.trim()]) {
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
    const fence = line.startsWith('```') ? line.trimEnd() : '';
    if (open >= 0 && fence === '```') {
      found = lines.slice(open + 1, at).join('\n');
      open = -1;
    } else if (open < 0 && (fence === '```' || fence === '```json')) open = at;
  }
  return found;
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
