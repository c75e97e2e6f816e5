/** Recognises test files, code and snapshots by their path. */
import { foldPath } from '../core/paths/fold-path.ts';
import { isVendored } from './vendored.ts';

const TEST_FILE =
  /(^|\/)(tests?|__tests__|specs?|e2e|cypress|testdata|[^/]*\.(unit|integration|functional)?tests?|[^/]*[_-](unit[_-]?|integration[_-]?)?tests)\/|(\.|_|-)(test|spec|e2e|cy)\.[^/.]+$|(^|\/)test_[^/]+\.(py|rb)$|(^|\/)tests\.(py|rs)$|\.(bats|feature|t\.sol)$|(^|\/)t\/[^/]+\.t$/;
/** Test classes such as `FooTest.java` and source sets such as `src/commonTest`; only the capital letter distinguishes them from `latest.java`. */
const TEST_CLASS =
  /[a-z0-9](Tests?|TestCase|Spec|IT)\.(java|kt|scala|cs|vb|groovy|swift|php|hs|mm?)$|(^|\/)src\/[a-z][A-Za-z0-9]*Test\//;
/** What a program shall do, as opposed to what tests it. */
const SPECIFICATION = /(^|\/)specs?\/[^/]*\.(mdx?|rst|adoc)$/;

/** Source files, as opposed to data and snapshots beside the tests. */
const CODE =
  /\.([cm]?[jt]sx?|py|go|rs|rb|java|kt|kts|scala|groovy|clj[cs]?|cs|vb|fs|php|swift|mm?|dart|ex|exs|erl|hs|ml|lua|p[lm]|t|jl|r|sol|nim|zig|c|cc|cpp|cxx|h|hpp|bats|feature)$/;

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

/** Folders in which pytest, Jest or Vitest look for no tests. */
const isPassedOver = (path: string): boolean =>
  /(^|\/)(node_modules|dist|build|venv|\.(?!github\/|storybook\/)[^/.][^/]*)\//.test(path);

/** What Maven takes, and the classes of Kotest and ScalaTest. */
const JVM_TEST = /(^|\/)test[^/]*$|(tests?|testcase|specs?|suite|itcase|properties)\.[a-z]+$/;

/** For each language, what its test runner collects by name; other files are only helpers. */
const COLLECTED: [language: RegExp, collects: (path: string) => boolean][] = [
  [
    /\.[cm]?[jt]sx?$/,
    path =>
      /(\.|_|-)(test|spec|e2e|cy)\.[^/.]+$|(^|\/)__tests__\//.test(path) && !isPassedOver(path),
  ],
  [/\.py$/, path => /(^|\/)(test_[^/]+|[^/]+_test|tests)\.py$/.test(path) && !isPassedOver(path)],
  [/\.go$/, isCollectedByGo],
  [/\.rs$/, () => true],
  [/\.rb$/, path => /_(spec|test)\.rb$|(^|\/)test_[^/]+\.rb$/.test(path)],
  [
    /\.(java|kt|scala|groovy)$/,
    path => JVM_TEST.test(path) && !/(^|\/)src\/\w+\/resources\//.test(path),
  ],
  [/\.php$/, path => /(test|spec|cest)\.php$/.test(path)],
  [/\.(exs|dart|clj[cs]?)$/, path => /_test\.(exs|dart|clj[cs]?)$/.test(path)],
  [/\.lua$/, path => /_(spec|test)\.lua$/.test(path)],
  [/\.erl$/, path => /_(suite|tests)\.erl$/.test(path)],
  [/\.hs$/, path => /(spec|tests?|main)\.hs$/.test(path)],
  [/\.sol$/, path => /\.t\.sol$/.test(path)],
  [/\.r$/, path => /(^|\/)test[-_.][^/]*\.r$/.test(path)],
  [/\.(bats|t|feature)$/, () => true],
];

/** Snapshots: files that a tool writes from the code's results, and with which tests compare. */
const SNAPSHOT =
  /(^|\/)(__snapshots__|__image_snapshots__)\/|\.(snap|snap\.new|ambr|golden|approved\.[^/.]+|stdout|stderr)$|(^|\/)testdata\/.*\.(golden|want|out|expected)$|(^|[._-])(expected|golden)[^/]*\.(txt|json|ya?ml|html|xml|csv)$/;

/** A folder of snapshots, unless it holds the code that makes them. */
const SNAPSHOTS = /(^|\/)(snapshots|goldens?)\//;

/** @foreign */
export function isTestFile(path: string): boolean {
  const folded = foldPath(path);
  return (TEST_FILE.test(folded) && !SPECIFICATION.test(folded)) || TEST_CLASS.test(path);
}

/** @foreign */
export const isCode = (path: string): boolean => CODE.test(foldPath(path));

/** @foreign */
export function isSnapshot(path: string): boolean {
  const folded = foldPath(path);
  return (
    SNAPSHOT.test(folded) || (SNAPSHOTS.test(folded) && (!CODE.test(folded) || isTestFile(path)))
  );
}

/** Whether the test runner no longer collects a test file under its new name. */
export function isNoLongerCollected(from: string, to: string): boolean {
  if (isTestFile(from) && (!isTestFile(to) || (isCode(from) && !isCode(to)))) return true;
  if (isTestFile(from) && isVendored(to) && !isVendored(from)) return true;
  const [before, after] = [foldPath(from), foldPath(to)];
  const [was, is] = [runnerOf(before), runnerOf(after)];
  return was?.(before) === true && !(was === is && was(after));
}

const runnerOf = (folded: string) => COLLECTED.find(([language]) => language.test(folded))?.[1];

/** Whether the test runner of its language takes a file by its name; null where that is not known. @foreign */
export function isCollected(path: string): boolean | null {
  const folded = foldPath(path);
  return runnerOf(folded)?.(folded) ?? null;
}
