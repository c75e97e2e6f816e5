/** How cases, assertions and skips are written in languages for which Gatehouse has no parser. */

const anyOf = (...forms: readonly RegExp[]): RegExp =>
  new RegExp(forms.map(({ source }) => source).join('|'), 'gm');

/** A test case in most languages. */
export const TEST_CASE =
  /\b(it|test|specify|scenario)(\.(each|concurrent|sequential|for))*\s*[(`<]|\bdef test_|\bfunc (Test|Benchmark|Fuzz|Example)|#\[([a-z_]+::)*test\b|@Test\b|@ParameterizedTest\b/;

export const CASES = anyOf(
  TEST_CASE,
  // A name without brackets: RSpec, Rails, Crystal, ExUnit, Hspec, Zig, Perl, Spock.
  /\b(?:it|test|specify|example|scenario|property|subtest|testCase|testProperty|prop|def)\s+["':]|\bit\s*\{/,
  // Swift, PHP, Solidity, Objective-C.
  /\bfunc test\w*\(|\bfunction (?:test|invariant)|^\s*-\s*\(void\)\s*test/,
  // xUnit, NUnit, MSTest; JUnit and its kin; bats.
  /\[<?(?:Fact|Theory|Test|TestMethod|DataTestMethod|TestCase|DataRow|InlineData)\b|^\s*<(?:Test|TestMethod|TestCase|Fact|Theory)\b/,
  /@(?:RepeatedTest|TestFactory|Property)\b|^@test\b/,
  // GoogleTest, Catch2, Boost.
  /\bTEST(?:_[FP]|_CASE)?\s*\(|\b(?:TYPED_TEST|SCENARIO|BOOST_\w{1,20}_TEST_CASE)\s*\(/,
  // Kotest and ScalaTest; Clojure; R; Erlang; Julia; Gherkin.
  /^\s*"[^"\n]{1,200}"\s*(?:-\s*)?\{|\bshould\("|\bin\s*\{/,
  /\((?:deftest|defspec|testing)\s|\btest_that\(|^\w{1,80}_test_?\(\)|@testset\b/,
  /^\s*(?:Scenario|Example)(?: Outline| Template)?:/,
);

export const ASSERTIONS = anyOf(
  /\b(?:expect|assert|require|should|verify)\w*!?\s*[.(]|\bassert\b|\bt\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\b|\bself\.(?:assert|fail)\w*\(|\bpytest\.raises\b/,
  // Minitest, ExUnit, RSpec, Hspec, Kotest, ScalaTest, HUnit.
  /\b(?:assert|refute)_\w+|\brefute\b|\b(?:should|must)(?:[A-Z]\w*|_\w+)?\b|\bwont_\w+|\bis_expected\b|@\?=/,
  // XCTest, C#, C and C++.
  /\bXCT(?:Assert\w*|Fail|Unwrap)\b|\bAssert\w*\.\w|\.Should\w*\(|\b(?:EXPECT|ASSERT|REQUIRE|CHECK|BOOST)_?[A-Z_]*\s*\(/,
  // An error that a case asks for.
  /@Test\s*\(\s*expected|\[ExpectedException\b/,
  // Clojure, Perl, Julia, bats, Gherkin.
  /\((?:is|are)\s|^\s*(?:is|isnt|ok|is_deeply|like|unlike|cmp_ok|throws_ok|dies_ok)\s*\(|@test(?:_throws)?\s|^\s*(?:\[{1,2}|run)\s|^\s*Then\b/,
);

export const SKIPS = anyOf(
  /\b(?:it|test|describe|context|suite|group)\.(?:skip|only|todo|fixme|fails|failing|skipIf|runIf)\b|\b(?:xit|xtest|xdescribe|xcontext|fit|fdescribe)\s*\(|@?pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b|@?unittest\.(?:skip\w*|expectedFailure)\b|\bself\.skipTest\(|\b[tb]\.Skip(?:f|Now)?\(|\btesting\.Short\(\)|#\[(?:ignore|cfg_attr\([^)]{0,200}ignore)|@(?:Disabled|Ignore)\b|\bskip:\s*(?:true|['"`])|\bt\.skip\(/,
  // RSpec, Minitest, ExUnit, Hspec, busted.
  /\b(?:xit|xspecify|xscenario|xdescribe|xcontext|fit|fdescribe|fcontext)\s+["']|[,\s]:(?:skip|pending|focus)\b|^\s*(?:skip|pending)(?:\s*$|[\s(]\s*["'(])|@(?:module|describe)?tag\s+:?skip|\bpendingWith\b/,
  // xUnit, NUnit, MSTest.
  /\b(?:Skip|Ignore)\s*=\s*\S|\[(?:Ignore|Explicit)\b|\bAssert\.(?:Ignore|Inconclusive|Skip)\b/,
  // GoogleTest, XCTest, PHPUnit, Pest, Foundry, Perl, Gherkin.
  /\bDISABLED_\w|\bGTEST_SKIP\b|\bXCTSkip\w*|\bmarkTest(?:Skipped|Incomplete)\b|->(?:skip|todo|only)\(|\bvm\.skip\(|\bskip_all\b|^\s*@(?:skip|wip|ignore|pending)\b/,
  // TestNG, JUnit, Kotest, ScalaTest.
  /\benabled\s*=\s*false\b|\bassume\w*\(\s*(?:true|false)\b|\bignore\s*\(\s*"|\bin\s+pending\b/,
);
