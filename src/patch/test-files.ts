/** Recognises test files, code and snapshots by their path. */
import { foldPath } from '../core/fold-path.ts';

const TEST_FILE =
  /(^|\/)(tests?|__tests__|specs?|e2e|cypress|testdata)\/|(\.|_|-)(test|spec|e2e|cy)\.[^/.]+$|(^|\/)test_[^/]+\.py$|(^|\/)tests\.(py|rs)$/;
/** Test classes such as `FooTest.java`; only the capital letter distinguishes them from `latest.java`. */
const TEST_CLASS = /[a-z0-9](Tests?|Spec|IT)\.(java|kt|scala|cs|groovy|swift)$/;

/** Source files, as opposed to data and snapshots beside the tests. */
const CODE = /\.([cm]?[jt]sx?|py|go|rs|rb|java|kt|kts|scala|cs|fs|php|swift|ex|exs|c|cc|cpp|h)$/;

/** For each language, the names that its test runner collects; other files are only helpers. */
const COLLECTED: [RegExp, RegExp][] = [
  [/\.[cm]?[jt]sx?$/, /(\.|_|-)(test|spec|e2e|cy)\.[^/.]+$|(^|\/)__tests__\//],
  [/\.py$/, /(^|\/)(test_[^/]+|[^/]+_test|tests)\.py$/],
  [/\.go$/, /_test\.go$/],
  [/\.rs$/, /\.rs$/],
];

/** Snapshots: files that a tool writes from the code's results, and with which tests compare. */
const SNAPSHOT =
  /(^|\/)(__snapshots__|__image_snapshots__|snapshots|golden|goldens)\/|\.(snap|snap\.new|ambr|golden|approved\.[^/.]+|stdout|stderr)$|(^|\/)testdata\/.*\.(golden|want|out|expected)$|(^|[._-])(expected|golden)[^/]*\.(txt|json|ya?ml|html|xml|csv)$/;

/** @foreign */
export const isTestFile = (path: string): boolean =>
  TEST_FILE.test(foldPath(path)) || TEST_CLASS.test(path);

/** @foreign */
export const isCode = (path: string): boolean => CODE.test(foldPath(path));

/** @foreign */
export const isSnapshot = (path: string): boolean => SNAPSHOT.test(foldPath(path));

/** Whether the test runner no longer collects a test file under its new name. */
export function isNoLongerCollected(from: string, to: string): boolean {
  if (isTestFile(from) && !isTestFile(to)) return true;
  const [before, after] = [foldPath(from), foldPath(to)];
  const rule = COLLECTED.find(([language]) => language.test(before));
  if (!rule) return false;
  const [language, pattern] = rule;
  return pattern.test(before) && !(language.test(after) && pattern.test(after));
}
