/**
 * Compares test files in languages for which Gatehouse has no parser: it counts cases and assertions
 * and recognises added skips.
 */
import type { TreeEntry } from '../core/change.ts';
import { addedLines } from './added-lines.ts';

/** A test case in most languages. */
export const TEST_CASE =
  /\b(it|test|specify|scenario)(\.(each|concurrent|sequential|for))*\s*[(`<]|\bdef test_|\bfunc (Test|Benchmark|Fuzz|Example)|#\[([a-z_]+::)*test\b|@Test\b|@ParameterizedTest\b/;
const ASSERTION =
  /\b(expect|assert|require|should|verify)\w*!?\s*[.(]|\bassert\b|\bt\.(Error|Errorf|Fatal|Fatalf|Fail|FailNow)\b|\bself\.(assert|fail)\w*\(|\bpytest\.raises\b/g;
const SKIP =
  /\b(it|test|describe|context|suite)\.(skip|only|todo|fixme|fails|failing|skipIf|runIf)\b|\b(xit|xtest|xdescribe|xcontext|fit|fdescribe)\s*\(|@?pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b|@?unittest\.(skip\w*|expectedFailure)\b|\bself\.skipTest\(|\b[tb]\.Skip(f|Now)?\(|\btesting\.Short\(\)|#\[(ignore|cfg_attr\([^)]{0,200}ignore)|@(Disabled|Ignore)\b|\bskip:\s*(true|['"`])|\bt\.skip\(/;

/** Says which count is lower after the change, or what it skips; `null` where neither is true. @foreign */
export function fewerTests(entry: TreeEntry): string | null {
  return (entry.text.before === null ? null : weakenedCount(entry)) ?? addedSkip(entry);
}

/** @foreign */
export const countCases = (text: string): number => count(text, TEST_CASE);

function weakenedCount({ text }: TreeEntry): string | null {
  const before = text.before ?? '';
  const after = text.after ?? '';
  for (const [what, pattern] of [
    ['test cases', TEST_CASE],
    ['assertions', ASSERTION],
  ] as const) {
    const was = count(before, pattern);
    const is = count(after, pattern);
    if (is < was) return `It had ${was} ${what} and has ${is}.`;
  }
  return null;
}

function addedSkip(entry: TreeEntry): string | null {
  const line = addedLines(entry).find(({ text }) => SKIP.test(text));
  return line ? `Line ${line.number} skips tests or runs only some.` : null;
}

/** Counts matches, except in lines that are comments. */
function count(text: string, pattern: RegExp): number {
  const lines = text.split('\n').filter(line => !/^\s*(\/\/|\*|\/\*|--|;|#(?!\[))/.test(line));
  return lines.join('\n').match(new RegExp(pattern, 'g'))?.length ?? 0;
}
