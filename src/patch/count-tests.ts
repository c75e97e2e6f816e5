/** Tests in languages without a parser here: cases and assertions are counted, skips recognised. */
import type { TreeEntry } from '../core/change.ts';
import { addedLines } from './added.ts';

/** A test case in most languages. */
export const CASE =
  /\b(it|test|specify|scenario)(\.(each|concurrent|sequential|for))*\s*[(`<]|\bdef test_|\bfunc (Test|Benchmark|Fuzz|Example)|#\[([a-z_]+::)*test\b|@Test\b|@ParameterizedTest\b/;
const ASSERTION =
  /\b(expect|assert|require|should|verify)\w*!?\s*[.(]|\bassert\b|\bt\.(Error|Errorf|Fatal|Fatalf|Fail|FailNow)\b|\bself\.(assert|fail)\w*\(|\bpytest\.raises\b/g;
const SKIP =
  /\b(it|test|describe|context|suite)\.(skip|only|todo|fixme|fails|failing|skipIf|runIf)\b|\b(xit|xtest|xdescribe|xcontext|fit|fdescribe)\s*\(|@?pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b|@?unittest\.(skip\w*|expectedFailure)\b|\bself\.skipTest\(|\b[tb]\.Skip(f|Now)?\(|\btesting\.Short\(\)|#\[(ignore|cfg_attr\([^)]{0,200}ignore)|@(Disabled|Ignore)\b|\bskip:\s*(true|['"`])|\bt\.skip\(/;

/** What is fewer after the change, or skipped in it. */
export function fewerTests(entry: TreeEntry): string | null {
  return (entry.text.before === null ? null : weakening(entry)) ?? skipping(entry);
}

function weakening({ text }: TreeEntry): string | null {
  const before = text.before ?? '';
  const after = text.after ?? '';
  for (const [what, pattern] of [
    ['test cases', CASE],
    ['assertions', ASSERTION],
  ] as const) {
    const was = count(before, pattern);
    const is = count(after, pattern);
    if (is < was) return `It had ${was} ${what} and has ${is}.`;
  }
  return null;
}

function skipping(entry: TreeEntry): string | null {
  const line = addedLines(entry).find(({ text }) => SKIP.test(text));
  return line ? `Line ${line.number} skips tests or runs only some.` : null;
}

/** Occurrences outside comments that take a whole line. */
function count(text: string, pattern: RegExp): number {
  const lines = text.split('\n').filter(line => !/^\s*(\/\/|\*|\/\*|--|;|#(?!\[))/.test(line));
  return lines.join('\n').match(new RegExp(pattern, 'g'))?.length ?? 0;
}
