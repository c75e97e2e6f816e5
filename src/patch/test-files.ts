/** Recognises test files, code and snapshots by their path. */
import { foldPath } from '../core/fold-path.ts';

const TEST_FILE =
  /(^|\/)(tests?|__tests__|specs?|e2e|cypress|testdata)\/|(\.|_|-)(test|spec|e2e|cy)\.[^/.]+$|(^|\/)test_[^/]+\.py$|(^|\/)tests\.(py|rs)$/;
/** Test classes such as `FooTest.java`; only the capital letter distinguishes them from `latest.java`. */
const TEST_CLASS = /[a-z0-9](Tests?|Spec|IT)\.(java|kt|scala|cs|groovy|swift)$/;

/** Source files, as opposed to data and snapshots beside the tests. */
const CODE = /\.([cm]?[jt]sx?|py|go|rs|rb|java|kt|kts|scala|cs|fs|php|swift|ex|exs|c|cc|cpp|h)$/;

/**
 * For each language, the names that its test runner collects; other files are only helpers. Go leaves out
 * what begins with `_` or `.`, and what is named after another system.
 */
const COLLECTED: [RegExp, RegExp][] = [
  [/\.[cm]?[jt]sx?$/, /(\.|_|-)(test|spec|e2e|cy)\.[^/.]+$|(^|\/)__tests__\//],
  [/\.py$/, /(^|\/)(test_[^/]+|[^/]+_test|tests)\.py$/],
  [
    /\.go$/,
    /(^|\/)(?![._])(?![^/]*_(aix|android|darwin|dragonfly|freebsd|illumos|ios|js|netbsd|openbsd|plan9|solaris|wasip1|windows|386|arm(64)?|loong64|mips(64)?(le)?|ppc64(le)?|riscv64|s390x|wasm)_test\.go$)[^/]*_test\.go$/,
  ],
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
  return isCollected(from) === true && !isCollected(to);
}

/** Whether the test runner of its language takes a file by its name; null where that is not known. @foreign */
export function isCollected(path: string): boolean | null {
  const folded = foldPath(path);
  const rule = COLLECTED.find(([language]) => language.test(folded));
  return rule ? rule[1].test(folded) : null;
}
