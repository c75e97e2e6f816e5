/** What tools print whose forms are read by what most of them share, and the places in it. */

export const OTHERS: Record<string, { printed: string; places: string[] }> = {
  Jest: {
    printed: `FAIL src/sum.test.js
  ● adds › small numbers

    expect(received).toBe(expected) // Object.is equality

    Expected: 3
    Received: -1

      3 | test('adds', () => {
    > 4 |   expect(sum(1, 2)).toBe(3);
        |                     ^
      5 | });

      at Object.toBe (src/sum.test.js:4:21)
      at node_modules/jest-circus/build/run.js:12:3

Test Suites: 1 failed, 1 total`,
    places: [
      'src/sum.test.js:4 adds › small numbers — expect(received).toBe(expected) // Object.is equality — Expected: 3 — Received: -1',
    ],
  },
  'Jest, of a whole file': {
    printed: `FAIL src/a.test.js
  ● Test suite failed to run

    Cannot find module './nope' from 'src/a.test.js'

      at Resolver._throwModNotFoundError (node_modules/jest-resolve/build/resolver.js:427:11)
      at Object.require (src/a.test.js:1:11)`,
    places: [
      "src/a.test.js:1 Test suite failed to run — Cannot find module './nope' from 'src/a.test.js'",
    ],
  },
  Mocha: {
    printed: `  1) calc
       adds:

      AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

-1 !== 3

      + expected - actual

      at Context.<anonymous> (test/calc.test.js:6:12)
      at process.processImmediate (node:internal/timers:476:21)`,
    places: [
      'test/calc.test.js:6 calc — adds — AssertionError [ERR_ASSERTION]: Expected values to be strictly equal — -1 !== 3 — + expected - actual',
    ],
  },
  'Mocha, in the code itself': {
    printed: `  1) adds:
     Error: boom
      at sum (/work/src/sum.js:3:9)
      at Context.<anonymous> (/work/test/calc.test.js:6:12)`,
    places: ['src/sum.js:3 adds — Error: boom'],
  },
  'ESLint, compact': {
    printed: `/work/src/a.js: line 3, col 5, Error - 'x' is defined but never used. (no-unused-vars)
/work/src/a.js: line 9, col 1, Warning - Unexpected console statement. (no-console)`,
    places: [
      "src/a.js:3 'x' is defined but never used. (no-unused-vars)",
      'src/a.js:9 warning Unexpected console statement. (no-console)',
    ],
  },
  'ESLint, unix': {
    printed: `/work/src/a.js:3:5: 'x' is defined but never used. [Error/no-unused-vars]`,
    places: ["src/a.js:3 'x' is defined but never used. [Error/no-unused-vars]"],
  },
  'Ruff, concise': {
    printed: `src/calc.py:1:8: F401 [*] \`os\` imported but unused
Found 1 error.`,
    places: ['src/calc.py:1 F401 [*] `os` imported but unused'],
  },
  Ruff: {
    printed: `F401 [*] \`os\` imported but unused
 --> src/calc.py:1:8
  |
1 | import os
  |        ^^
  |
help: Remove unused import: \`os\``,
    places: ['src/calc.py:1 F401 [*] `os` imported but unused'],
  },
  mypy: {
    printed: `src/calc.py:3: error: Incompatible return value type (got "str", expected "int")  [return-value]
src/calc.py:3: note: See docs
Found 1 error in 1 file (checked 2 source files)`,
    places: [
      'src/calc.py:3 Incompatible return value type (got "str", expected "int")  [return-value]',
    ],
  },
  Pyright: {
    printed: `/work/src/calc.py
  /work/src/calc.py:3:12 - error: Type "str" is not assignable to return type "int"
    "str" is not assignable (reportReturnType)
1 error, 0 warnings, 0 informations`,
    places: ['src/calc.py:3 Type "str" is not assignable to return type "int"'],
  },
  flake8: {
    printed: `./src/calc.py:1:1: F401 'os' imported but unused`,
    places: ["src/calc.py:1 F401 'os' imported but unused"],
  },
  Pylint: {
    printed: `************* Module calc
src/calc.py:1:0: C0114: Missing module docstring (missing-module-docstring)`,
    places: ['src/calc.py:1 C0114: Missing module docstring (missing-module-docstring)'],
  },
  RSpec: {
    printed: `Failures:

  1) Calc adds
     Failure/Error: expect(Calc.add(1, 2)).to eq(3)

       expected: 3
            got: -1
     # ./spec/calc_spec.rb:5:in \`block (2 levels) in <top (required)>'

Finished in 0.01 seconds
1 example, 1 failure

Failed examples:

rspec ./spec/calc_spec.rb:4 # Calc adds`,
    places: [
      'spec/calc_spec.rb:5 Calc adds — Failure/Error: expect(Calc.add(1, 2)).to eq(3) — expected: 3 — got: -1',
    ],
  },
  Minitest: {
    printed: `  1) Failure:
CalcTest#test_adds [test/calc_test.rb:7]:
Expected: 3
  Actual: -1`,
    places: ['test/calc_test.rb:7 CalcTest#test_adds — Expected: 3 — Actual: -1'],
  },
  RuboCop: {
    printed: `Inspecting 1 file
C

Offenses:

lib/calc.rb:1:1: C: [Correctable] Style/FrozenStringLiteralComment: Missing frozen string literal comment.
class Calc`,
    places: [
      'lib/calc.rb:1 C: [Correctable] Style/FrozenStringLiteralComment: Missing frozen string literal comment.',
    ],
  },
  PHPUnit: {
    printed: `There was 1 failure:

1) CalcTest::testAdds
Failed asserting that -1 matches expected 3.

/work/tests/CalcTest.php:10

FAILURES!`,
    places: [
      'tests/CalcTest.php:10 CalcTest::testAdds — Failed asserting that -1 matches expected 3.',
    ],
  },
  PHPStan: {
    printed: ` ------ ---------------------------------------
  Line   src/Calc.php
 ------ ---------------------------------------
  5      Method Calc::add() should return int but returns string.
 ------ ---------------------------------------`,
    places: ['src/Calc.php:5 Method Calc::add() should return int but returns string.'],
  },
  'PHPStan, raw': {
    printed: `/work/src/Calc.php:5:Method Calc::add() should return int but returns string.`,
    places: ['src/Calc.php:5 Method Calc::add() should return int but returns string.'],
  },
  Maven: {
    printed: `[ERROR] /work/src/main/java/a/Calc.java:[5,12] incompatible types: java.lang.String cannot be converted to int`,
    places: [
      'src/main/java/a/Calc.java:5 incompatible types: java.lang.String cannot be converted to int',
    ],
  },
  MSBuild: {
    printed: `/work/Calc.cs(5,16): error CS0029: Cannot implicitly convert type 'string' to 'int' [/work/Calc.csproj]
/work/Calc.cs(9,1): warning CS0168: The variable 'x' is declared but never used [/work/Calc.csproj]`,
    places: [
      "Calc.cs:5 CS0029: Cannot implicitly convert type 'string' to 'int'",
      "Calc.cs:9 warning CS0168: The variable 'x' is declared but never used",
    ],
  },
  '.NET tests': {
    printed: `  Failed CalcTests.Adds [5 ms]
  Error Message:
   Assert.Equal() Failure: Values differ
Expected: 3
Actual:   -1
  Stack Trace:
     at CalcTests.Adds() in /work/tests/CalcTests.cs:line 12`,
    places: [
      'tests/CalcTests.cs:12 CalcTests.Adds — Assert.Equal() Failure: Values differ — Expected: 3 — Actual:   -1',
    ],
  },
  Kotlin: {
    printed: `e: file:///work/src/Calc.kt:3:5 Type mismatch: inferred type is String but Int was expected
w: file:///work/src/Calc.kt:9:5 Unused variable`,
    places: [
      'src/Calc.kt:3 Type mismatch: inferred type is String but Int was expected',
      'src/Calc.kt:9 warning Unused variable',
    ],
  },
  GCC: {
    printed: `src/calc.c:5:10: error: expected ';' before '}' token
src/calc.c:9:3: warning: unused variable 'x' [-Wunused-variable]`,
    places: [
      "src/calc.c:5 expected ';' before '}' token",
      "src/calc.c:9 warning unused variable 'x' [-Wunused-variable]",
    ],
  },
  ShellCheck: {
    printed: `scripts/a.sh:3:5: warning: x is unused [SC2034]`,
    places: ['scripts/a.sh:3 warning x is unused [SC2034]'],
  },
  Biome: {
    printed: `src/a.ts:3:7 lint/correctness/noUnusedVariables ━━━━━━━━━

  ! This variable x is unused.`,
    places: ['src/a.ts:3 lint/correctness/noUnusedVariables'],
  },
  Swift: {
    printed: `/work/Sources/Calc.swift:3:12: error: cannot convert return expression of type 'String' to return type 'Int'`,
    places: [
      "Sources/Calc.swift:3 cannot convert return expression of type 'String' to return type 'Int'",
    ],
  },
  unittest: {
    printed: `FAIL: test_adds (test_calc.CalcTest.test_adds)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/work/test_calc.py", line 7, in test_adds
    self.assertEqual(add(1, 2), 3)
    ~~~~~~~~~~~~~~~~^^^^^^^^^^^^^^
AssertionError: -1 != 3`,
    places: ['test_calc.py:7 AssertionError: -1 != 3'],
  },
  Python: {
    printed: `Traceback (most recent call last):
  File "test_calc.py", line 3, in <module>
    assert add(1,2) == 3
AssertionError`,
    places: ['test_calc.py:3 AssertionError'],
  },
  ExUnit: {
    printed: `  1) test adds (CalcTest)
     test/calc_test.exs:5
     Assertion with == failed
     code:  assert Calc.add(1, 2) == 3
     left:  -1
     right: 3
     stacktrace:
       test/calc_test.exs:6: (test)`,
    places: ['test/calc_test.exs:5 test adds (CalcTest)'],
  },
  Stylelint: {
    printed: `src/a.css
  3:5  ✖  Unexpected unknown property "colr"  property-no-unknown`,
    places: ['src/a.css:3 Unexpected unknown property "colr" (property-no-unknown)'],
  },
  'workflow commands': {
    printed: `::error file=/work/src/a.test.ts,title=src/a.test.ts > adds,line=5,column=3::AssertionError: expected 2 to be 3`,
    places: ['src/a.test.ts:5 AssertionError: expected 2 to be 3'],
  },
  Playwright: {
    printed: `  1) [chromium] › tests/a.spec.ts:5:3 › adds ─────────

    Error: expect(received).toBe(expected)

       at tests/a.spec.ts:8:20`,
    places: [
      'tests/a.spec.ts:8 [chromium] › tests/a.spec.ts:5:3 › adds ───────── — Error: expect(received).toBe(expected)',
    ],
  },
};
