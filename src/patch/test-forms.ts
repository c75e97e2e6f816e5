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
  // RSpec's blocks.
  /\bexpect\s*(?:\{|do\b)/,
  // XCTest, C#, C and C++.
  /\bXCT(?:Assert\w*|Fail|Unwrap)\b|\bAssert\w*\.\w|\.Should\w*\(|\b(?:EXPECT|ASSERT|REQUIRE|CHECK|BOOST)_?[A-Z_]*\s*\(/,
  // An error that a case asks for.
  /@Test\s*\(\s*expected|\[ExpectedException\b/,
  // Clojure, Perl, Julia, bats, Gherkin.
  /\((?:is|are)\s|^\s*(?:is|isnt|ok|is_deeply|like|unlike|cmp_ok|throws_ok|dies_ok)\s*\(|@test(?:_throws)?\s|^\s*(?:\[{1,2}|run)\s|^\s*Then\b/,
);

export const SKIPS = anyOf(
  /\b(?:it|test|describe|context|suite|group)\.(?:skip|only|todo|fixme|fails|failing|skipIf|runIf)\b|\b(?:xit|xtest|xdescribe|xcontext|fit|fdescribe)\s*\(|@?pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b|@?unittest\.(?:skip\w*|expectedFailure)\b|\bself\.skipTest\(|\b[tb]\.Skip(?:f|Now)?\(|\btesting\.Short\(\)|#\[(?:ignore|cfg_attr\([^)]{0,200}ignore)|@(?:Disabled|Enabled(?:On|If|For))\w*|@Ignore\b|\bskip:\s*(?:true|['"`][^'"`\d])|\bt\.skip\(/,
  // RSpec, Minitest, ExUnit, Hspec, busted.
  /\b(?:xit|xspecify|xscenario|xdescribe|xcontext|fit|fdescribe|fcontext)\s+["']|\bRSpec\.[xf]describe\b|^[ \t]*(?:RSpec\.)?(?:it|specify|example|scenario|describe|context|feature|test)\b[^\n]{0,300}[,\s](?::(?:skip|pending|focus)\b|(?:skip|pending|focus):\s*(?:true|["']))|^\s*(?:skip|pending)(?:\s*$|[\s(]\s*["'(])|@(?:module|describe)?tag\s+:?skip|\bpendingWith\b|\srescue\s+nil\b|\sif\s+false\s*$/,
  // xUnit, NUnit, MSTest.
  /\[[^\]\n]{0,200}\b(?:Skip|Ignore|Explicit)\s*=\s*[^\s=]|\[(?:[^\]\n]{0,200}[,\s])?(?:Ignore|Explicit|SkippableFact|SkippableTheory)\b|\bAssert\.(?:Ignore|Inconclusive|Skip\w*)\b|\bcatch\s*(?:\(\s*(?:\w+\.)?(?:Exception|Throwable|AssertionError|Error|\.\.\.)[^)\n]{0,50}\)\s*)?\{\s*\}/,
  // GoogleTest, Catch2, doctest, XCTest, Swift Testing, PHPUnit, Pest, Foundry, Perl, Gherkin.
  /\bDISABLED_\w|\bGTEST_SKIP\b|\bTEST_CASE\([^\n]{0,200}(?:\[(?:\.|!mayfail|!shouldfail)|\b(?:skip|may_fail|should_fail)\()|\bXCTSkip\w*|@(?:Test|Suite)\([^\n]{0,200}\.(?:disabled|enabled)\(|\bmarkTest(?:Skipped|Incomplete)\b|#\[Requires\w|(?:\)|^\s*)->(?:skip\(\s*(?:\)|["']|fn\b|function\b|true\b)|todo\(|only\(\s*\))|\bvm\.skip\(|\bskip_all\b|^\s*@(?:skip|wip|ignore|pending)\b/,
  // TestNG, JUnit, Kotest, ScalaTest.
  /\benabled\s*=\s*false\b|\bassume\w*\(\s*(?:true|false)\b|\bignore\s*\(\s*"|\bin\s+pending\b|^\s*"!\w/,
);

/** Rows of a table of cases, as attributes or in a table of Gherkin. */
export const ROWS = anyOf(
  /\[(?:InlineData|TestCase|DataRow)\s*\(|@(?:CsvSource|ValueSource)\b|^\s*\|/,
);

/** Names of cases and of groups. */
export const CASE_NAME =
  /\b(?:it|test|specify|scenario|feature|describe|context|group|suite|should|example|subtest|testing|deftest|TEST_CASE|SCENARIO|SECTION|DisplayName|test_that|testset)\s*(?:\(\s*)?(?:"[^"\n]{0,300}"|'[^'\n]{0,300}')|^[ \t]*"[^"\n]{1,300}"\s*(?:-\s*)?\{|^[ \t]*(?:Feature|Scenario|Example|Rule|Background)\b[^\n]{0,300}/gm;

/** What brings in other files, and what is printed: its strings are no values that are tested. */
export const NO_VALUES =
  /^\s*(?:import|package|using|use|require|require_relative|include|extend|namespace|library|alias|load|@import|#\s*(?:include|import))\b|\b(?:print|println|printf|puts|log|logger|console|Console)\b/;

/** Assertions that exclude one value, or bounds, and leave the others. */
export const LOOSE =
  /(?:Is|is|assert|Assert\.|be|Be|should|Should)_?(?:Not|not)_?(?:Null|null|Nil|nil|Empty|Equal|EqualTo|Same|Zero|Blank|Be)|\bNot(?:Null|Nil|Empty|Equal|Same)\b|\bnot_(?:to|be)\b|\bto_not\b|\bNotBe\w*\(|\brefute_(?:nil|equal|empty)\b|\bis_?[pP]resent\b|\bbe_(?:present|truthy|an?|kind_of|instance_of)\b|_(?:NE|GT|GE|LT|LE|NO_THROW|NOTNULL)\b|\bXCTAssertNot\w+|\b[dD]oesNotThrow\b|\b(?:must_not|wont)_\w+|\bany(?:Of|thing|String|Int)?\(|InstanceOf|\bassert_(?:instance_of|kind_of|not_\w+)\b|(?:Greater|Less)Than|!=/;

/** Assertions that a value is true or false, unless they compare. */
export const TRUTHY =
  /\b(?:assert|refute|ok|REQUIRE|CHECK|EXPECT_(?:TRUE|FALSE)|ASSERT_(?:TRUE|FALSE)|assert(?:True|False)|[iI]s(?:True|False)|True|False|XCTAssert|XCTAssert(?:True|False)|BeTrue|BeFalse)\b|#expect\(/;
export const COMPARES =
  /==|=~|\s=\s|\bequals\b|equal|Equal|\beq\b|\bto(?:Be|Equal)?\b|\bBe\(|\s-eq\s/;

/** Of these, those that the value is false, and what asks for the opposite of what it is given. */
export const FALSY =
  /\b(?:refute|assertFalse|(?:EXPECT|ASSERT)_FALSE|[iI]sFalse|False|XCTAssertFalse|be_falsey|BeFalse)\b/;
export const OPPOSITE =
  /\b(?:assert\w*|refute|(?:EXPECT|ASSERT)_\w+|REQUIRE|CHECK|XCTAssert\w*)\s{0,9}(?:\(\s{0,9})?(?:!(?!=)|not\s)/;

/** Assertions that can't fail. */
export const VACUOUS =
  /\b(?:assert\w*|XCTAssert\w*|(?:EXPECT|ASSERT)_TRUE|REQUIRE|CHECK|Assert\.(?:Is)?True|expect|assertThat|#expect)(?:\s*\(\s*|\s)(?:true|TRUE|1)\s*(?:[,)]|$)/;
