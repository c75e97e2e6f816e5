/** Tests deleted, moved out of the runner's sight, emptied or skipped. */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { foldPath } from '../core/fold-path.ts';
import { addedLines } from './added.ts';

const TEST_FILE =
  /(^|\/)(tests?|__tests__|specs?|e2e|cypress|testdata)\/|(\.|_|-)(test|spec|e2e|cy)\.[^/.]+$|(^|\/)test_[^/]+\.py$/;
/** `FooTest.java`, where only the capital tells it from `latest.java`. */
const TEST_CLASS = /[a-z0-9](Tests?|Spec|IT)\.(java|kt|scala|cs|groovy|swift)$/;

/** Source, as against data and snapshots beside the tests. */
const CODE = /\.([cm]?[jt]sx?|py|go|rs|rb|java|kt|kts|scala|cs|fs|php|swift|ex|exs|c|cc|cpp|h)$/;

const CASE =
  /\b(it|test|specify|scenario)(\.(each|concurrent|sequential|for))*\s*[(`<]|\bdef test_|\bfunc (Test|Benchmark|Fuzz|Example)|#\[([a-z_]+::)*test\b|@Test\b|@ParameterizedTest\b/g;
const ASSERTION =
  /\b(expect|assert|require|should|verify)\w*!?\s*[.(]|\bassert\b|\bt\.(Error|Errorf|Fatal|Fatalf|Fail|FailNow)\b|\bself\.(assert|fail)\w*\(|\bpytest\.raises\b/g;
const SKIP =
  /\b(it|test|describe|context|suite)\.(skip|only|todo|fixme|fails|failing|skipIf|runIf)\b|\b(xit|xtest|xdescribe|xcontext|fit|fdescribe)\s*\(|@?pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b|@?unittest\.(skip\w*|expectedFailure)\b|\bself\.skipTest\(|\b[tb]\.Skip(f|Now)?\(|\btesting\.Short\(\)|#\[(ignore|cfg_attr\([^)]{0,200}ignore)|@(Disabled|Ignore)\b|\bskip:\s*(true|['"`])|\bt\.skip\(/;

export function inspectTests(entry: TreeEntry): Finding[] {
  const { path, from, status, text } = entry;
  const was = isTest(from ?? path);
  if (was && status === 'deleted')
    return [finding('test-deleted', path, 'A test file is deleted.')];
  if (was && status === 'renamed' && !isTest(path))
    return [
      finding('test-deleted', path, `It was a test file (${from}) and is none by its new name.`),
    ];
  if (!was || !CODE.test(foldPath(path))) return [];
  const problem = (text.before === null ? null : weakening(entry)) ?? skipping(entry);
  return problem === null ? [] : [finding('test-weakened', path, problem)];
}

const isTest = (path: string): boolean => TEST_FILE.test(foldPath(path)) || TEST_CLASS.test(path);

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
  return lines.join('\n').match(pattern)?.length ?? 0;
}
