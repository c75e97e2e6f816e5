/** The JSON object that an answer consists of, or ends with in a fence; `undefined` without one. */
import { parseJsonLine } from './json-line.ts';

export function structuredOf(text: string): unknown {
  const fenced = [...text.matchAll(/^```(?:json)?\s*\n([\s\S]*?)\n```\s*$/gm)].at(-1)?.[1];
  for (const candidate of [text.trim(), fenced?.trim()]) {
    if (!candidate?.startsWith('{')) continue;
    const parsed = parseJsonLine(candidate);
    if (parsed.ok) return parsed.value;
  }
  return undefined;
}

/** An answer for people: where it is JSON with a summary, only that. */
export function summaryOf(text: string, structured: unknown): string {
  const isObject = typeof structured === 'object' && structured !== null;
  if (!isObject || !('summary' in structured)) return text;
  return typeof structured.summary === 'string' ? structured.summary : text;
}
