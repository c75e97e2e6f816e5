/**
 * Whether a command ran any test, by what the usual runners print: many end with exit code 0 where they
 * found none, which proves nothing. Where none of them speaks, the scripts that ran are judged by their lines.
 */
import type { TestsRan } from '../../core/handover/command-report.ts';
import { linesOfScripts } from './script-lines.ts';
import { testsOfArgv, testsOfLine } from './tests-nothing.ts';

/** How a runner counts: the tests that ran, or all of them less those that it skipped. */
type Summary = { line: RegExp; ran: RegExp; skipped?: RegExp };

const OUTCOMES = /(\d{1,9}) (?:passed|failed|xfailed|xpassed|flaky)\b/g;
/** A line that counts none, or only what was skipped. */
const NOTHING = /(?!)/g;

/** Each line is judged by the first that matches it. */
const SUMMARIES: readonly Summary[] = [
  // PHPUnit, and ScalaTest.
  { line: /^Tests: \d{1,9}, Assertions/, ran: /Tests: (\d{1,9})/g, skipped: /Skipped: (\d{1,9})/g },
  { line: /^OK \(\d{1,9} tests?, \d/, ran: /(\d{1,9}) tests?/g },
  { line: /^(?:\[info\] )?Tests: succeeded \d/, ran: /(?:succeeded|failed) (\d{1,9})/g },
  {
    line: /^(?:\[info\] )?Passed: Total \d/,
    ran: /Total (\d{1,9})/g,
    skipped: /(?:Skipped|Ignored) (\d{1,9})/g,
  },
  // Jest and Pest, Vitest.
  { line: /^Tests:? {1,20}(?:\d|no tests$)/, ran: OUTCOMES },
  // pytest.
  {
    line: /^=* ?(?:no tests ran|\d{1,9} [a-z]{2,12}(?: [a-z]{2,12})?(?:, \d{1,9} [a-z]{2,12}(?: [a-z]{2,12})?){0,8}) in \d/,
    ran: OUTCOMES,
  },
  // Mocha, bun, Deno, AVA, Playwright, uvu, R's testthat.
  { line: /^\d{1,9} (?:passing|failing)\b/, ran: /(\d{1,9}) (?:passing|failing)/g },
  { line: /^\d{1,9} (?:pass|fail)$/, ran: /(\d{1,9}) /g },
  { line: /^(?:ok|FAILED) \| \d/, ran: OUTCOMES },
  { line: /^\d{1,9} (?:tests? )?(?:passed|failed|flaky)(?: \(|$)/, ran: /^(\d{1,9})/g },
  { line: /^Passed: {1,9}\d{1,9}$/, ran: /(\d{1,9})$/g },
  { line: /^\[ FAIL \d/, ran: /(?:FAIL|PASS) (\d{1,9})/g },
  // node:test and other writers of TAP.
  { line: /^(?:ℹ|#) {1,2}(?:pass|fail) {1,4}\d/, ran: /(?:pass|fail) {1,4}(\d{1,9})/g },
  { line: /^(?:ℹ|#) {1,2}tests {1,4}0$|^1\.\.0\b/, ran: NOTHING },
  // unittest, Leiningen; unittest tells what it skipped on the last line.
  { line: /^Ran \d{1,9} tests? (?:in|containing) /, ran: /Ran (\d{1,9})/g },
  { line: /^OK \([^)]{0,80}skipped=\d/, ran: NOTHING, skipped: /skipped=(\d{1,9})/g },
  // RSpec, Minitest, test-unit, ExUnit, Jasmine, Robot Framework; Cucumber.
  {
    line: /^(?:\d{1,9} (?:doctests?|propert(?:y|ies)), ){0,2}\d{1,9} (?:runs?|tests?|examples?|specs?), \d{1,9} (?:assertions?|failures?|passed)/,
    ran: /(\d{1,9}) (?:doctests?|propert(?:y|ies)|runs?|tests?|examples?|specs?)\b/g,
    skipped: /(\d{1,9}) (?:skips|skipped|pendings?|omissions|excluded)\b/g,
  },
  { line: /^\d{1,9} scenarios? passed, /, ran: /(\d{1,9}) (?:scenarios? passed|failed)/g },
  { line: /^\d{1,9} scenarios?\b/, ran: OUTCOMES },
  // Cargo and nextest.
  { line: /^running 0 tests$/, ran: NOTHING },
  { line: /^test result: \w|^Summary \[.{1,20}\] {1,9}\d/, ran: OUTCOMES },
  // Maven.
  {
    line: /^(?:\[\w{1,10}\] {1,2})?Tests run: \d/,
    ran: /Tests run: (\d{1,9})/g,
    skipped: /Skipped: (\d{1,9})/g,
  },
  // gotestsum; .NET.
  { line: /^DONE \d{1,9} tests?\b/, ran: /DONE (\d{1,9})/g, skipped: /(\d{1,9}) skipped/g },
  {
    line: /^(?:Passed|Failed|Skipped)! {1,4}- Failed: /,
    ran: /(?:Failed|Passed): {1,9}(\d{1,9})/g,
  },
  {
    line: /^(?:Test summary: )?total: {1,9}\d{1,9}(?:,|$)/,
    ran: /total: {1,9}(\d{1,9})/g,
    skipped: /skipped: {1,9}(\d{1,9})/g,
  },
  { line: /^skipped: {1,9}\d{1,9}$/, ran: NOTHING, skipped: /(\d{1,9})$/g },
  // Pester, busted, Cypress, Web Test Runner.
  { line: /^Tests Passed: \d/, ran: /(?:Passed|Failed): {1,4}(\d{1,9})/g },
  {
    line: /^\d{1,9} success(?:es)? \/ \d/,
    ran: /(\d{1,9}) (?:success(?:es)?|failures?|errors?)\b/g,
  },
  { line: /^│ {1,4}(?:Passing|Failing): {1,20}\d/, ran: /: {1,20}(\d{1,9})/g },
  { line: /\b\d{1,9}\/\d{1,9} test files \| \d/, ran: OUTCOMES },
  // Karma and XCTest, Swift Testing; GoogleTest, Boost, CTest; prove.
  { line: /^(?:[\w.() -]{1,60}: )?Executed \d{1,9} (?:of|tests?)\b/, ran: /Executed (\d{1,9})/g },
  { line: /Test run with \d{1,9} tests?\b/, ran: /with (\d{1,9})/g },
  { line: /^\[==========\] Running \d/, ran: /Running (\d{1,9})/g },
  { line: /^\[ {1,2}SKIPPED {1,2}\] \d{1,9} tests?,/, ran: NOTHING, skipped: /(\d{1,9}) tests?/g },
  { line: /^Running \d{1,9} test cases?\b/, ran: /Running (\d{1,9})/g },
  { line: /^\d{1,3}% tests passed, /, ran: /out of (\d{1,9})/g },
  { line: /^Files=\d{1,9}, Tests=\d/, ran: /Tests=(\d{1,9})/g },
  // EUnit, Tasty, Zig; Alcotest.
  { line: /^All \d{1,9} tests? passed/, ran: /All (\d{1,9})/g },
  { line: /^Test Successful in .{1,20} \d{1,9} tests? run\.$/, ran: /(\d{1,9}) tests?/g },
];

/** One test at least, where the runner does not say how many: Go, Catch2, Dart. */
const SOME =
  /^ok {1,4}\t?\S{1,300}\t(?!.{0,100}\[no tests to run\])|^--- (?:PASS|FAIL): |^\{"Time":.{0,200}"Action":"(?:pass|fail)".{0,300}"Test":|^All tests passed \(|: All tests passed!$|^ok \d{1,9}\b(?!.{0,300}# (?:SKIP|skip))/;

/** Runners that found nothing, and tools that had nothing to run. */
const NONE: readonly RegExp[] = [
  /\bno (?:tests?|specs?|examples?|test (?:files?|suites?|targets?|cases?))(?: were| was)? (?:found|ran|run|to run|executed|defined|specified|available|yet|here)\b/i,
  /^["']?no tests?["'.!]{0,3}$/i,
  /\[no test(?:s to run| files)\]|^(?:Test run summary: )?Zero tests ran\b|^Result: NOTESTS/,
  // Go, where coverage is asked for and a package has no tests.
  /^\S{1,300}\t{1,2}coverage: 0\.0% of statements$/,
  /^(?:\[INFO\] )?Tests are skipped\.|^No test (?:is available in|matches the given) /,
  /: Nothing to be done for ['`‘](?:tests?|check)['’]|: ['`‘](?:tests?|check)['’] is up to date/,
  /^None of the (?:selected )?packages has a|\bNo tasks were (?:executed|run)\b|No packages found with the lifecycle script/,
];

/** Gradle tells of each task what became of it. */
const GRADLE_TASK =
  /^> Task :(?:[\w.-]{1,100}:){0,10}(?!clean|compile|process|prepare|assemble|generate|bundle|package|lint)\w{0,100}[tT]est(?: ([A-Z-]{1,20}))?$/;
const NOT_RUN = new Set(['NO-SOURCE', 'SKIPPED']);

/** A summary that counts a test that failed. */
const FAILED =
  /\b[1-9]\d{0,8} (?:tests? )?(?:failed|failing|fail|failures?)\b|\b(?:failures|errors|failed|fail):? {1,9}[1-9]|^\[ FAIL [1-9]|^--- FAIL: /i;
/** Of many packages each is told for itself, in any order. */
const FAILED_SOMEWHERE =
  /^FAIL\t\S|^FAILED \(|^test result: FAILED\b|^(?:\[ERROR\] )?There (?:were failing tests|are test failures)\b|^> There were failing tests\b/;

/** What runners of many packages put before what each of them prints: `web:test: `, `[web] `, `web-1  | `. */
const OF_PACKAGE =
  /^(?:\[[\w@./ -]{1,100}\]:?|[@\w./-]{1,100}(?::[\w:-]{1,100}| [\w:.-]{1,60})?:|[\w.-]{1,60} {1,20}\|) {1,8}(?=\S)/;

/** Runners tell at the end; a run of many packages tells for each. */
const MOST_CHARACTERS = 256 * 1024;
const MOST_LINES = 20_000;
const LONGEST_LINE = 500;

/** `null` where neither the output nor the command says anything of it. @foreign */
export const testsRan = (lines: readonly string[], argv: readonly string[]): TestsRan | null =>
  countedIn(lines) ?? (runsNone(lines, argv) ? 'none' : null);

function countedIn(lines: readonly string[]): TestsRan | null {
  let ran = 0;
  let isTold = false;
  let hasFailed = false;
  let characters = 0;
  for (let at = lines.length - 1; at >= Math.max(0, lines.length - MOST_LINES); at--) {
    const line = (lines[at] ?? '').slice(0, LONGEST_LINE).trim();
    characters += line.length;
    if (characters > MOST_CHARACTERS) break;
    const count = countIn(line) ?? countIn(line.replace(OF_PACKAGE, ''));
    hasFailed ||= FAILED_SOMEWHERE.test(line);
    if (count === null) continue;
    // What the last summary says counts: a script may have run what failed once more.
    if (!isTold) hasFailed ||= FAILED.test(line);
    isTold = true;
    ran += count;
  }
  if (hasFailed) return 'failed';
  return isTold ? (ran > 0 ? 'some' : 'none') : null;
}

/** Whether each command that ran is known to test nothing. */
function runsNone(lines: readonly string[], argv: readonly string[]): boolean {
  const scripts = linesOfScripts(lines.slice(-MOST_LINES));
  // It asks for a script that need not be there, and none was named.
  if (scripts.length === 0 && argv.includes('--if-present') && lines.every(line => line === ''))
    return true;
  const all = [testsOfArgv(argv), ...scripts.map(testsOfLine)];
  return all.includes('none') && !all.includes('perhaps');
}

/** How many tests ran by this line, less those that it says were skipped; `null`: it says nothing of it. */
function countIn(line: string): number | null {
  if (line === '') return null;
  const summary = SUMMARIES.find(each => each.line.test(line));
  if (summary) return sum(line, summary.ran) - (summary.skipped ? sum(line, summary.skipped) : 0);
  if (SOME.test(line)) return 1;
  const task = GRADLE_TASK.exec(line);
  if (task) return NOT_RUN.has(task[1] ?? '') ? 0 : 1;
  return NONE.some(pattern => pattern.test(line)) ? 0 : null;
}

const sum = (line: string, pattern: RegExp): number =>
  [...line.matchAll(pattern)].reduce((total, [, count]) => total + Number(count), 0);
