/** Which files hold tests, or what tests compare with, by their path. */
import { foldPath } from '../core/fold-path.ts';

const TEST_FILE =
  /(^|\/)(tests?|__tests__|specs?|e2e|cypress|testdata)\/|(\.|_|-)(test|spec|e2e|cy)\.[^/.]+$|(^|\/)test_[^/]+\.py$|(^|\/)tests\.(py|rs)$/;
/** `FooTest.java`, where only the capital tells it from `latest.java`. */
const TEST_CLASS = /[a-z0-9](Tests?|Spec|IT)\.(java|kt|scala|cs|groovy|swift)$/;

/** Source, as against data and snapshots beside the tests. */
const CODE = /\.([cm]?[jt]sx?|py|go|rs|rb|java|kt|kts|scala|cs|fs|php|swift|ex|exs|c|cc|cpp|h)$/;

/** What a runner collects by its name; in a folder of tests other files only help. */
const COLLECTED: [RegExp, RegExp][] = [
  [/\.[cm]?[jt]sx?$/, /(\.|_|-)(test|spec|e2e|cy)\.[^/.]+$|(^|\/)__tests__\//],
  [/\.py$/, /(^|\/)(test_[^/]+|[^/]+_test|tests)\.py$/],
  [/\.go$/, /_test\.go$/],
  [/\.rs$/, /\.rs$/],
];

/** Written by a tool from what the code does, and compared with it ever after. */
const SNAPSHOT =
  /(^|\/)(__snapshots__|__image_snapshots__|snapshots|golden|goldens)\/|\.(snap|snap\.new|ambr|golden|approved\.[^/.]+|stdout|stderr)$|(^|\/)testdata\/.*\.(golden|want|out|expected)$|(^|[._-])(expected|golden)[^/]*\.(txt|json|ya?ml|html|xml|csv)$/;

export const isTestFile = (path: string): boolean =>
  TEST_FILE.test(foldPath(path)) || TEST_CLASS.test(path);

export const isCode = (path: string): boolean => CODE.test(foldPath(path));

export const isSnapshot = (path: string): boolean => SNAPSHOT.test(foldPath(path));

/** Whether a renaming takes a test file out of what its runner collects. */
export function leavesThePattern(from: string, to: string): boolean {
  if (isTestFile(from) && !isTestFile(to)) return true;
  const rule = COLLECTED.find(([language]) => language.test(foldPath(from)));
  if (!rule) return false;
  const [language, pattern] = rule;
  return (
    pattern.test(foldPath(from)) && !(language.test(foldPath(to)) && pattern.test(foldPath(to)))
  );
}
