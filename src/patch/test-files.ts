/** Recognises test files, code and snapshots by their path. */
import { foldPath } from '../core/fold-path.ts';

const TEST_FILE =
  /(^|\/)(tests?|__tests__|specs?|e2e|cypress|testdata)\/|(\.|_|-)(test|spec|e2e|cy)\.[^/.]+$|(^|\/)test_[^/]+\.py$|(^|\/)tests\.(py|rs)$/;
/** Test classes such as `FooTest.java`; only the capital letter distinguishes them from `latest.java`. */
const TEST_CLASS = /[a-z0-9](Tests?|Spec|IT)\.(java|kt|scala|cs|groovy|swift)$/;

/** Source files, as opposed to data and snapshots beside the tests. */
const CODE = /\.([cm]?[jt]sx?|py|go|rs|rb|java|kt|kts|scala|cs|fs|php|swift|ex|exs|c|cc|cpp|h)$/;

/** Go's names of systems and processors, but for those that most machines have. */
const OTHER_MACHINES = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js nacl netbsd openbsd plan9 solaris wasip1 windows zos 386 amd64p32 arm arm64 arm64be armbe loong64 mips mips64 mips64le mips64p32 mips64p32le mipsle ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm'.split(
    ' ',
  ),
);

/** Go passes over what begins with `.` or `_`, over `testdata`, and over what is named after another machine. */
function isCollectedByGo(path: string): boolean {
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  if (!/^(?![._]).*_test\.go$/.test(name)) return false;
  if (folders.some(folder => folder === 'testdata' || /^[._][^.]/.test(folder))) return false;
  const named = name.split('_').slice(1, -1);
  const machine = named.at(-1) === 'amd64' ? named.slice(-2) : named.slice(-1);
  return !machine.some(part => OTHER_MACHINES.has(part));
}

/** For each language, what its test runner collects by name; other files are only helpers. */
const COLLECTED: [language: RegExp, collects: (path: string) => boolean][] = [
  [/\.[cm]?[jt]sx?$/, path => /(\.|_|-)(test|spec|e2e|cy)\.[^/.]+$|(^|\/)__tests__\//.test(path)],
  [/\.py$/, path => /(^|\/)(test_[^/]+|[^/]+_test|tests)\.py$/.test(path)],
  [/\.go$/, isCollectedByGo],
  [/\.rs$/, () => true],
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
  const [before, after] = [runnerOf(from), runnerOf(to)];
  return before?.[1](foldPath(from)) === true && !(before === after && isCollected(to));
}

const runnerOf = (path: string) => COLLECTED.find(([language]) => language.test(foldPath(path)));

/** Whether the test runner of its language takes a file by its name; null where that is not known. @foreign */
export const isCollected = (path: string): boolean | null =>
  runnerOf(path)?.[1](foldPath(path)) ?? null;
