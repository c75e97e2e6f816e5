/** A command that ran no test is told from one that did, by what common runners print: outputs as they are. */
import { describe, expect, it } from 'vitest';
import { testsRan } from '../../src/toolchain/output/tests-ran.ts';

const read = (output: string, argv = ['npm', 'test']) => testsRan(output.split('\n'), argv);
const GO_NONE = '?   \tx/a\t[no test files]';
const CARGO_NONE =
  '\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n';
const unittest = (ran: string, end: string) =>
  `s\n${'-'.repeat(70)}\nRan ${ran} in 0.000s\n\n${end}`;

/** What a runner prints where nothing ran, all of it with exit code 0, and where something did. */
const RUNNERS: Record<string, { none: string[]; some: string[] }> = {
  'node --test': {
    none: [
      'ℹ tests 0\nℹ suites 0\nℹ pass 0\nℹ fail 0\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0',
      'TAP version 13\n1..0\n# tests 0\n# suites 0\n# pass 0\n# fail 0',
      'ok 1 - adds # SKIP\n  ---\n  duration_ms: 4.1\n  ...\n1..1\n# tests 1\n# pass 0\n# fail 0\n# skipped 1',
    ],
    some: [
      '✔ adds (0.5ms)\nℹ tests 1\nℹ suites 0\nℹ pass 1\nℹ fail 0\nℹ skipped 0',
      'ok 1 - adds\n1..1\n# tests 1\n# pass 1\n# fail 0',
    ],
  },
  Jest: {
    none: [
      'No tests found, exiting with code 0',
      'Test Suites: 1 skipped, 0 of 1 total\nTests:       1 skipped, 1 total\nSnapshots:   0 total\nRan all test suites.',
    ],
    some: [
      'PASS some/a.test.cjs\n  ✓ adds (1 ms)\n\nTest Suites: 1 passed, 1 total\nTests:       1 passed, 1 total',
    ],
  },
  Vitest: {
    none: [
      'No test files found, exiting with code 0\n\nfilter: zzz',
      ' Test Files  1 skipped (1)\n      Tests  1 skipped (1)\n   Start at  18:34:29',
      ' Test Files  1 passed (1)\n      Tests  no tests',
    ],
    some: [' Test Files  1 passed (1)\n      Tests  2 passed | 1 skipped (3)'],
  },
  Mocha: {
    none: ['\n\n  0 passing (1ms)\n', '  - adds\n\n  0 passing (1ms)\n  1 pending\n'],
    some: ['  ✔ adds\n\n  1 passing (1ms)\n'],
  },
  Jasmine: {
    none: [
      'No specs found\nFinished in 0.003 seconds\nIncomplete: No specs found',
      '0 specs, 0 failures',
    ],
    some: ['Started\n.\n\n\n1 spec, 0 failures\nFinished in 0.013 seconds'],
  },
  tape: {
    none: ['TAP version 13\n\n1..0\n# tests 0\n# pass  0\n\n# ok'],
    some: ['TAP version 13\n# a\nok 1 should be truthy\n\n1..1\n# tests 1\n# pass  1\n\n# ok'],
  },
  uvu: {
    none: ['\n  Total:     0\n  Passed:    0\n  Skipped:   0'],
    some: ['•   (1 / 1)\n\n  Total:     1\n  Passed:    1\n  Skipped:   0'],
  },
  AVA: { none: ['  No tests found in a.js'], some: ['  ✔ adds\n  ─\n\n  1 test passed'] },
  bun: {
    none: [' 0 pass\n 2 skip\n 0 fail'],
    some: [' 1 pass\n 0 fail\nRan 1 test across 1 file.'],
  },
  Deno: { none: ['ok | 0 passed | 0 failed (1ms)'], some: ['ok | 5 passed | 0 failed (12ms)'] },
  Playwright: {
    none: ['Error: No tests found'],
    some: ['Running 2 tests using 1 worker\n  2 skipped\n  1 passed (2.1s)'],
  },
  Karma: {
    none: ['Chrome Headless 120.0 (Linux): Executed 0 of 0 SUCCESS (0.002 secs / 0 secs)'],
    some: ['Chrome Headless 120.0 (Linux): Executed 5 of 5 SUCCESS (0.1 secs / 0.05 secs)'],
  },
  pytest: {
    none: [
      'collected 0 items\n\n============================ no tests ran in 3.52s =============================',
      'test_a.py s   [100%]\n\n============================== 1 skipped in 3.73s ==============================',
      's     [100%]\n1 skipped in 4.74s',
      '2 deselected in 0.01s',
    ],
    some: [
      '================= 3 passed, 1 skipped, 2 warnings in 0.12s =================',
      '1 xfailed in 0.02s',
      '===== 5 passed, 3 subtests passed in 0.10s =====',
    ],
  },
  unittest: {
    none: [
      unittest('0 tests', 'OK'),
      unittest('0 tests', 'NO TESTS RAN'),
      unittest('1 test', 'OK (skipped=1)'),
    ],
    some: [unittest('2 tests', 'OK'), unittest('2 tests', 'OK (skipped=1)')],
  },
  Go: {
    none: [
      `${GO_NONE}\n?   \tx/b\t[no test files]`,
      `${GO_NONE}\nok  \tx/b\t0.006s [no tests to run]`,
      '\tx/b\t\tcoverage: 0.0% of statements',
    ],
    some: [
      `${GO_NONE}\nok  \tx/b\t0.003s`,
      `${GO_NONE}\nok  \tx/b\t(cached)`,
      `ok  \tx/b\t0.003s\n${GO_NONE}`,
      'ok  \tx/b\t0.004s\tcoverage: 80.0% of statements\n\tx/c\t\tcoverage: 0.0% of statements',
      '{"Time":"2026-11-28T18:34:38.7Z","Action":"pass","Package":"x/b","Test":"TestB","Elapsed":0}\n{"Action":"output","Output":"?   \\tx/a\\t[no test files]\\n"}',
    ],
  },
  gotestsum: {
    none: ['∅  x/a\n\nDONE 0 tests in 0.100s'],
    some: ['DONE 3 tests, 1 skipped in 0.100s'],
  },
  Cargo: {
    none: [
      `     Running unittests src/lib.rs\n${CARGO_NONE}\n   Doc-tests c\n${CARGO_NONE}`,
      '\nrunning 1 test\ntest ig ... ignored\n\ntest result: ok. 0 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out',
    ],
    some: [
      `\nrunning 2 tests\ntest it ... ok\n\ntest result: ok. 1 passed; 0 failed; 1 ignored; 0 measured\n\n   Doc-tests c\n${CARGO_NONE}`,
      '     Summary [   0.012s] 5 tests run: 5 passed, 0 skipped',
    ],
  },
  Maven: {
    none: [
      '[INFO] --- surefire:3.2.5:test (default-test) @ calc ---\n[INFO] No tests to run.\n[INFO] BUILD SUCCESS',
      '[INFO] Tests are skipped.\n[INFO] BUILD SUCCESS',
      'Tests run: 0, Failures: 0, Errors: 0, Skipped: 0',
      '[WARNING] Tests run: 2, Failures: 0, Errors: 0, Skipped: 2',
    ],
    some: [
      '[INFO] No tests to run.\n[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 1, Time elapsed: 0.1 s -- in ATest',
    ],
  },
  Gradle: {
    none: [
      '> Task :compileJava\n> Task :compileTestJava NO-SOURCE\n> Task :test NO-SOURCE\n\nBUILD SUCCESSFUL in 1s',
      '> Task :app:testDebugUnitTest NO-SOURCE\n> Task :test SKIPPED',
      '> Task :cleanTest\n> Task :compileTest\n> Task :test NO-SOURCE',
    ],
    some: [
      '> Task :jvmTest',
      '> Task :a:test NO-SOURCE\n> Task :b:test\n\nBUILD SUCCESSFUL in 4s',
      '> Task :test UP-TO-DATE',
    ],
  },
  sbt: {
    none: [
      '[info] No tests were executed.',
      '[info] Passed: Total 0, Failed 0, Errors 0, Passed 0',
    ],
    some: [
      '[info] Tests: succeeded 5, failed 0, canceled 0, ignored 0, pending 0\n[info] All tests passed.',
    ],
  },
  '.NET': {
    none: [
      'Test summary: total: 0, failed: 0, succeeded: 0, skipped: 0, duration: 0.5s',
      'Test run summary: Zero tests ran\n  total: 0\n  failed: 0\n  succeeded: 0\n  skipped: 0',
      'Test run summary: Passed!\n  total: 2\n  failed: 0\n  succeeded: 0\n  skipped: 2',
      'No test is available in /work/bin/Debug/net8.0/a.dll. Make sure that test discoverer & executors are registered.',
      'No test matches the given testcase filter `x` in /work/a.dll',
      'Skipped! - Failed:     0, Passed:     0, Skipped:     2, Total:     2, Duration: 1 ms - a.dll (net8.0)',
    ],
    some: [
      'Test summary: total: 5, failed: 0, succeeded: 4, skipped: 1, duration: 0.5s',
      'Passed!  - Failed:     0, Passed:     5, Skipped:     0, Total:     5, Duration: 3 ms - a.dll (net8.0)',
    ],
  },
  RSpec: {
    none: [
      'No examples found.\n\n\nFinished in 0.00042 seconds\n0 examples, 0 failures\n',
      'Finished in 0.01607 seconds\n1 example, 0 failures, 1 pending\n',
    ],
    some: ['.\n\nFinished in 0.01703 seconds\n1 example, 0 failures\n'],
  },
  Minitest: {
    none: [
      '0 runs, 0 assertions, 0 failures, 0 errors, 0 skips',
      '2 runs, 0 assertions, 0 failures, 0 errors, 2 skips',
    ],
    some: ['5 runs, 9 assertions, 0 failures, 0 errors, 1 skips'],
  },
  Cucumber: {
    none: ['0 scenarios\n0 steps'],
    some: ['2 scenarios (2 passed)\n6 steps (6 passed)'],
  },
  behave: {
    none: ['0 features passed, 0 failed, 0 skipped\n0 scenarios passed, 0 failed, 0 skipped'],
    some: ['1 feature passed, 0 failed, 0 skipped\n2 scenarios passed, 0 failed, 0 skipped'],
  },
  busted: {
    none: ['0 successes / 0 failures / 0 errors / 0 pending : 0.0 seconds'],
    some: ['12 successes / 0 failures / 0 errors / 0 pending : 0.0 seconds'],
  },
  Pester: {
    none: ['Tests Passed: 0, Failed: 0, Skipped: 0'],
    some: ['Tests Passed: 3, Failed: 0, Skipped: 1'],
  },
  PHPUnit: {
    none: [
      'PHPUnit 11.0.0 by Sebastian Bergmann and contributors.\n\nNo tests executed!',
      'OK, but some tests were skipped!\nTests: 2, Assertions: 0, Skipped: 2.',
    ],
    some: [
      'OK (5 tests, 9 assertions)',
      'OK (1 test, 1 assertion)',
      'Tests: 5, Assertions: 9, Skipped: 1.',
    ],
  },
  Pest: { none: ['   INFO  No tests found.'], some: ['  Tests:    5 passed (9 assertions)'] },
  ExUnit: {
    none: ['There are no tests to run', '0 tests, 0 failures'],
    some: ['3 doctests, 5 tests, 0 failures, 2 excluded'],
  },
  CTest: { none: ['No tests were found!!!'], some: ['100% tests passed, 0 tests failed out of 5'] },
  GoogleTest: {
    none: ['[==========] Running 0 tests from 0 test suites.\n[  PASSED  ] 0 tests.'],
    some: [
      '[==========] Running 3 tests from 1 test suite.\n[  PASSED  ] 2 tests.\n[  SKIPPED ] 1 test, listed below:',
    ],
  },
  Swift: {
    none: ['\t Executed 0 tests, with 0 failures (0 unexpected) in 0.000 (0.000) seconds'],
    some: ['✔ Test run with 2 tests passed after 0.001 seconds.'],
  },
  prove: {
    none: ['Files=0, Tests=0,  0 wallclock secs\nResult: NOTESTS'],
    some: ['Files=3, Tests=12,  1 wallclock secs\nResult: PASS'],
  },
  make: {
    none: ["make: Nothing to be done for 'test'.", "make: 'check' is up to date."],
    some: ["make[1]: Nothing to be done for 'test'.\nok  \tx/b\t0.003s"],
  },
  'many packages': {
    none: [
      'None of the selected packages has a "test" script',
      'No tasks were executed as part of this run.',
      "lerna info No packages found with the lifecycle script 'test'",
      '> calc@1.0.0 test\n> echo "No tests"\n\nNo tests',
      'web:test: No test files found, exiting with code 0',
    ],
    some: [
      'web:test: No test files found, exiting with code 0\napi:test:       Tests  5 passed (5)',
      'packages/a test: Tests:       4 passed, 4 total\npackages/b test: No tests found, exiting with code 0',
      '[0] 5 passing (2ms)',
      'web-1  | ==== 3 passed in 0.2s ====',
      'packages/a test: No tests found, exiting with code 0\nTests:       4 passed, 4 total',
    ],
  },
};

describe.each(Object.entries(RUNNERS))('%s', (_, { none, some }) => {
  it.each(none)('ran none: %j', output => expect(read(output)).toBe('none'));
  it.each(some)('ran some: %j', output => expect(read(output)).toBe('some'));
});

const NPM = ['npm', 'test'];

it.each<[string, string[]]>([
  ['> calc@1.0.0 test\n> exit 0\n', NPM],
  ['> test\n> true\n', NPM],
  ['> calc@1.0.0 test\n> eslint . && tsc --noEmit\n', NPM],
  ['> calc@1.0.0 test\n> npm run lint\n\n\n> calc@1.0.0 lint\n> eslint .\n', NPM],
  ['> calc@1.0.0 test\n> cross-env NODE_ENV=test eslint "src/**/*.ts"\n', NPM],
  ['> calc@1.0.0 test\n> env NODE_ENV=test eslint .\n', NPM],
  ['> a@1 pretest\n> tsc -p .\n\n> a@1 test\n> echo "todo" && exit 0\n\ntodo', NPM],
  ['yarn run v1.22.19\n$ exit 0\nDone in 0.03s.', ['yarn', 'test']],
  ['$ tsc --noEmit', ['bun', 'run', 'test']],
  ['packages/a test$ exit 0\npackages/a test: Done', ['pnpm', '-r', 'test']],
  ['> phpstan analyse\n [OK] No errors', ['composer', 'test']],
  ['Task test deno lint\nChecked 1 file', ['deno', 'task', 'test']],
  ['', ['npm', 'test', '--workspaces', '--if-present']],
  ['', ['true']],
  ['ok', ['echo', 'ok']],
  ['', ['sh', '-c', 'exit 0']],
  ['', ['npx', 'eslint', '.']],
  ['', ['cargo', 'check']],
  ['', ['go', 'vet', './...']],
  ['All checks passed!', ['uv', 'run', 'ruff', 'check']],
])('a command that tests nothing ran none: %j by %j', (output, argv) => {
  expect(read(output, argv)).toBe('none');
});

it.each<[string, string[]]>([
  ['> a@1 test\n> node run.js\n\nfine', NPM],
  ['> a@1 test\n> env CI=1 node run.js\n\nfine', NPM],
  ['> a@1 test\n> eslint . && node run.js\n', NPM],
  ['> a@1 test\n> npm run lint && npm run -s unit\n\n> a@1 lint\n> eslint .\n', NPM],
  ['$ vitest run --reporter=json\n{}', ['bun', 'run', 'test']],
  ['', NPM],
  ['', ['npm', 'test', '--silent']],
  ['', ['python3', 'test_calc.py']],
  ['fine', ['make', 'test']],
  [`> a@1 test\n> eslint ${'x'.repeat(5_000)}`, NPM],
  [`> a@1 test\n> ${'('.repeat(400)}`, NPM],
])('of a command that may test nothing is said: %j by %j', (output, argv) => {
  expect(read(output, argv)).toBeNull();
});

it.each([
  'Tests:       1 failed, 2 passed, 3 total',
  ' Test Files  1 failed (1)\n      Tests  1 failed | 2 passed (3)',
  '  3 passing (2ms)\n  1 failing\n\n  1) adds:\n     Error: 1 !== 2',
  'ℹ tests 2\nℹ pass 1\nℹ fail 1\nℹ skipped 0',
  '==== 1 failed, 2 passed in 0.12s ====',
  unittest('2 tests', 'FAILED (failures=1)'),
  '--- FAIL: TestAdds (0.00s)\nFAIL\nFAIL\tx/a\t0.004s\nok  \tx/b\t0.003s\nFAIL',
  'test result: FAILED. 1 passed; 1 failed; 0 ignored\n\ntest result: ok. 2 passed; 0 failed',
  '[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0\n[ERROR] There are test failures.\n[INFO] BUILD SUCCESS',
  '> Task :test\n3 tests completed, 1 failed\nThere were failing tests. See the report at: x',
  'Failed!  - Failed:     1, Passed:     4, Skipped:     0, Total:     5, Duration: 3 ms - a.dll',
  '2 examples, 1 failure',
  '5 runs, 9 assertions, 1 failures, 0 errors, 1 skips',
  'Tests: 3, Assertions: 3, Failures: 1.',
  'web:test:       Tests  1 failed | 2 passed (3)',
  'Chrome Headless 120.0 (Linux): Executed 5 of 5 (1 FAILED) (0.1 secs / 0.05 secs)',
])('tests failed, whatever its exit code says: %j', output => {
  expect(read(output)).toBe('failed');
});

it.each([
  'Tests:       1 failed, 2 passed, 3 total\n\n> jest --onlyFailures\n\nTests:       1 passed, 1 total',
  '1 passed, 1 xfailed, 2 warnings in 0.02s',
  unittest('2 tests', 'OK (expected failures=1)'),
  '100% tests passed, 0 tests failed out of 5',
])('none of the tests failed in the end: %j', output => expect(read(output)).toBe('some'));

it('says nothing of what it does not know', () => {
  for (const output of [
    '',
    'all fine',
    '\n\n',
    "make: Nothing to be done for 'all'.",
    'checked 12 files',
  ])
    expect(read(output)).toBeNull();
});

it('is not led astray by lines that are long, or many', () => {
  expect(read(`${'x'.repeat(3_000_000)}\nTests:       1 passed, 1 total`)).toBe('some');
  expect(read(`${'a\n'.repeat(500_000)}0 passing (1ms)\n`)).toBe('none');
});
