/** Reads the structured part and the summary of an agent's final answer. */
import { parseJsonLine } from './json-line.ts';

/** The JSON object that is the whole answer, or its last fenced code block; `undefined` without one. */
export function structuredOf(text: string): unknown {
  const fenced = [...text.matchAll(/^```(?:json)?\s*\n([\s\S]*?)\n```\s*$/gm)].at(-1)?.[1];
  for (const candidate of [text.trim(), fenced?.trim()]) {
    if (!candidate?.startsWith('{')) continue;
    const parsed = parseJsonLine(candidate);
    if (parsed.ok) return parsed.value;
  }
  return undefined;
}

/** The answer as text for people: its JSON's `summary` where it has one, else all of it. */
export function summaryOf(text: string, structured: unknown): string {
  const isObject = typeof structured === 'object' && structured !== null;
  if (!isObject || !('summary' in structured)) return text;
  return typeof structured.summary === 'string' ? structured.summary : text;
}
