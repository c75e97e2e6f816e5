/**
 * Compares test files in languages for which Gatehouse has no parser: it counts cases and assertions
 * and recognises added skips.
 */
import type { TreeEntry } from '../core/change.ts';
import { addedLines } from './added-lines.ts';
import { ASSERTIONS, CASES, SKIPS, TEST_CASE } from './test-forms.ts';

/** Says which count is lower after the change, or what it skips; `null` where neither is true. @foreign */
export function fewerTests(entry: TreeEntry): string | null {
  return (entry.text.before === null ? null : weakenedCount(entry)) ?? addedSkip(entry);
}

/** Whether a text has a case or asserts. @foreign */
export const hasTests = (text: string): boolean => count(text, CASES) + count(text, ASSERTIONS) > 0;

/** @foreign */
export const countCases = (text: string): number => count(text, new RegExp(TEST_CASE, 'g'));

function weakenedCount({ text }: TreeEntry): string | null {
  const before = text.before ?? '';
  const after = text.after ?? '';
  for (const [what, pattern] of [
    ['test cases', CASES],
    ['assertions', ASSERTIONS],
  ] as const) {
    const was = count(before, pattern);
    const is = count(after, pattern);
    if (is < was) return `It had ${was} ${what} and has ${is}.`;
  }
  return null;
}

function addedSkip(entry: TreeEntry): string | null {
  const line = addedLines(entry).find(({ text }) => text.search(SKIPS) >= 0);
  return line ? `Line ${line.number} skips tests or runs only some.` : null;
}

/** Counts matches, except in lines that are comments. */
function count(text: string, pattern: RegExp): number {
  const lines = text
    .split('\n')
    .filter(line => !/^\s*(\/\/|\*|\/\*|--|;|#(?!\[|expect|require))/.test(line));
  return lines.join('\n').match(pattern)?.length ?? 0;
}
