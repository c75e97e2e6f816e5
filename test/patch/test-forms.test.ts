/** Languages without a parser: each loses an assertion or a case, or skips one. */
import { describe, expect, test } from 'vitest';
import { entry, kinds } from './change.ts';

type Row = [language: string, path: string, before: string, after: string];

const weaker: Row[] = [
  ['xUnit', 'My.Tests/A.cs', '[Fact] void A() { Assert.Equal(3, r); }', '[Fact] void A() { }'],
  [
    'xUnit, a case',
    'My.Tests/A.cs',
    '[Fact]\nvoid A() {}\n[Fact]\nvoid B() {}',
    '[Fact]\nvoid A() {}',
  ],
  ['xUnit, skipped', 'tests/A.cs', '[Fact] void A() {}', '[Fact(Skip = "flaky")] void A() {}'],
  [
    'NUnit, ignored',
    'tests/A.cs',
    '[Test] void A() {}',
    '[Test, Ignore("x")]\n[Ignore("x")] void A() {}',
  ],
  [
    'FluentAssertions',
    'tests/A.cs',
    '[Fact] void A() { x.Should().Be(3); }',
    '[Fact] void A() { }',
  ],
  ['RSpec', 'spec/a_spec.rb', "it 'a' do\n  a\nend\nit 'b' do\n  b\nend", "it 'a' do\n  a\nend"],
  ['RSpec, xit', 'spec/a_spec.rb', "it 'a' do\n  a\nend", "xit 'a' do\n  a\nend"],
  ['RSpec, skip', 'spec/a_spec.rb', "it 'a' do\n  a\nend", "it 'a' do\n  skip 'later'\n  a\nend"],
  ['RSpec, :skip', 'spec/a_spec.rb', "it 'a' do\nend", "it 'a', :skip do\nend"],
  ['Minitest', 'test/a_test.rb', 'def test_a\n  assert_equal 1, a\nend', 'def test_a\n  a\nend'],
  ['Minitest, skip', 'test/a_test.rb', 'def test_a\n  a\nend', 'def test_a\n  skip\n  a\nend'],
  ['Rails', 'test/a_test.rb', 'test "a" do\nend\ntest "b" do\nend', 'test "a" do\nend'],
  ['GoogleTest', 'tests/a.cc', 'TEST(A, B) { EXPECT_EQ(1, a()); }', 'TEST(A, B) { a(); }'],
  ['GoogleTest, a case', 'tests/a.cc', 'TEST_F(A, B) {}\nTEST_F(A, C) {}', 'TEST_F(A, B) {}'],
  ['GoogleTest, off', 'tests/a.cc', 'TEST(A, B) {}', 'TEST(A, DISABLED_B) {}'],
  [
    'XCTest',
    'Tests/ATests.swift',
    'func testA() { XCTAssertEqual(1, a()) }',
    'func testA() { a() }',
  ],
  [
    'Objective-C',
    'Tests/ATests.m',
    '- (void)testA { XCTAssertEqual(1, a()); }',
    '- (void)testA { }',
  ],
  [
    'PHPUnit',
    'tests/ATest.php',
    'function testA() {}',
    'function testA() { $this->markTestSkipped(); }',
  ],
  ['Pest', 'tests/ATest.php', "it('a', fn() => a());", "it('a', fn() => a())->skip();"],
  ['ExUnit', 'test/a_test.exs', 'test "a" do\n  refute a\nend', 'test "a" do\n  a\nend'],
  ['ExUnit, a tag', 'test/a_test.exs', 'test "a" do\nend', '@tag :skip\ntest "a" do\nend'],
  ['Kotest', 'src/test/kotlin/ATest.kt', '"a" { a shouldBe 1 }', '"a" { a }'],
  [
    'ScalaTest',
    'src/test/scala/ASpec.scala',
    'x should be (1)\ny shouldEqual 2',
    'x should be (1)\ny',
  ],
  [
    'TestNG, off',
    'src/test/java/ATest.java',
    '@Test void a() {}',
    '@Test(enabled = false) void a() {}',
  ],
  [
    'JUnit, assumed',
    'src/test/java/ATest.java',
    '@Test void a() {}',
    '@Test void a() { assumeTrue(false); }',
  ],
  [
    'JUnit, an error',
    'src/test/java/ATest.java',
    '@Test(expected = E.class) void a() {}',
    '@Test void a() {}',
  ],
  ['Dart', 'test/a_test.dart', "test('a', () { expect(a, 1); });", "test('a', () { });"],
  ['bats', 'test/a.bats', '@test "a" {\n  [ "$x" = 1 ]\n}', '@test "a" {\n  true\n}'],
  ['Clojure', 'test/a_test.clj', '(deftest a (is (= 1 2)))', '(deftest a)'],
  ['Haskell', 'test/ASpec.hs', 'it "a" $ a `shouldBe` 1\nit "b" $ b', 'it "a" $ a\nit "b" $ b'],
  [
    'Lua',
    'spec/a_spec.lua',
    'it("a", function() assert.equal(1, a()) end)',
    'it("a", function() end)',
  ],
  ['Perl', 't/a.t', 'is(1, a());', ''],
  ['Solidity', 'test/A.t.sol', 'function testA() { assertEq(1, a()); }', 'function testA() { }'],
  ['Gherkin', 'features/a.feature', 'Scenario: a\n  Then x is 1\n', 'Scenario: a\n'],
];

/** The same for the values and the strictness of assertions, and for what is left out. */
const java = `class SumTest {
  @Test
  @DisplayName("adds")
  void adds() {
    int sum = add(-4, -6);
    assertEquals(-10, sum);
    assertThat(sum).isLessThan(LIMIT)
        .isGreaterThan(-20);
  }

  @ParameterizedTest
  @CsvSource({
    "4, 5, 9",
  })
  void table(int a, int b, int c) { assertEquals(c, add(a, b)); }

  @Test
  void fails() { assertThrows(SumException.class, () -> parse("rubbish")); }
}
`;
const ruby = `describe User do
  it 'is adult' do
    user.age = 30
    expect(user).to be_adult
  end
  it 'raises' do
    expect { user.fail! }.to raise_error(ArgumentError, /bad/)
  end
end
`;
const edit = (what: string, base: string, from: string, to: string): Row => [
  what,
  base === java ? 'src/test/java/SumTest.java' : 'spec/user_spec.rb',
  base,
  base.replace(from, to),
];
weaker.push(
  edit('a value', java, '-10', '-11'),
  edit('an input', java, '-4', '-5'),
  edit('a row', java, '    "4, 5, 9",\n', ''),
  edit('a value of a row', java, '"4, 5, 9"', '"4, 5, 8"'),
  edit('a call of a chain', java, '\n        .isGreaterThan(-20)', ''),
  edit('less strict', java, 'assertEquals(-10, sum)', 'assertNotNull(sum)'),
  edit('true', java, 'assertEquals(-10, sum)', 'assertTrue(true)'),
  edit('compared no more', java, 'assertEquals(c, add(a, b))', 'assertTrue(add(a, b) > 0)'),
  edit('any error', java, 'SumException', 'Exception'),
  edit('a comment', java, 'assertEquals(-10, sum);', '/*\n assertEquals(-10, sum);\n*/'),
  edit(
    'caught',
    java,
    'assertEquals(-10, sum);',
    'try { assertEquals(-10, sum); } catch (Throwable t) {}',
  ),
  edit('a condition', java, '@Test\n  @', '@Test\n  @DisabledOnOs(OS.LINUX)\n  @'),
  edit('an input (Ruby)', ruby, '30', '31'),
  edit('negated', ruby, 'to be_adult', 'not_to be_adult'),
  edit('any error (Ruby)', ruby, 'raise_error(ArgumentError, /bad/)', 'raise_error'),
  [
    'ExUnit, the opposite',
    'test/a_test.exs',
    'test "a" do\n  refute a\nend',
    'test "a" do\n  assert a\nend',
  ],
  [
    'GoogleTest, the opposite',
    'tests/a.cc',
    'TEST(A, B) { EXPECT_TRUE(a()); }',
    'TEST(A, B) { EXPECT_FALSE(a()); }',
  ],
  [
    'Swift, another error',
    'Tests/ATests.swift',
    'func testA() { XCTAssertEqual(e, .bad) }',
    'func testA() { XCTAssertEqual(e, .worse) }',
  ],
  edit('rescued', ruby, 'to be_adult', 'to be_adult rescue nil'),
  edit('a comment (Ruby)', ruby, "  it 'raises'", "=begin\n  it 'raises'"),
  edit('behind the end', ruby, "  it 'raises'", "end\n__END__\n  it 'raises'"),
  [
    'Swift, never built',
    'Tests/ATests.swift',
    'func testA() {}',
    '#if false\nfunc testA() {}\n#endif',
  ],
  ['Swift Testing', 'Tests/ATests.swift', '@Test func a() {}', '@Test(.disabled("x")) func a() {}'],
  ['C++, never built', 'tests/a.cc', 'TEST(A, B) {}', '#if 0\nTEST(A, B) {}\n#endif'],
  ['Catch2, hidden', 'tests/a.cc', 'TEST_CASE("a") {}', 'TEST_CASE("a", "[.]") {}'],
  ['NUnit, explicit', 'tests/A.cs', '[Test]\nvoid A() {}', '[Test, Explicit]\nvoid A() {}'],
  ['Kotest, off', 'src/test/kotlin/ATest.kt', '"a" {}', '"!a" {}'],
  [
    'PHPUnit, a comment',
    'tests/ATest.php',
    '/** @test */\nfunction a() {}',
    '/** */\nfunction a() {}',
  ],
);

test.each(weaker)('%s', (_, path, before, after) => {
  expect(after).not.toBe(before);
  expect(kinds(entry(path, { before, after }))).toEqual(['test-weakened']);
  expect(kinds(entry(path, { before: after, after: before }))).not.toContain('test-deleted');
});

test.each<Row>([
  edit('a name', java, 'void adds', 'void addsTwo'),
  edit('a name for people', java, '("adds")', '("adds two")'),
  edit('layout', java, 'assertEquals(-10, sum)', 'assertEquals(\n        -10,\n        sum)'),
  edit('another library', java, 'assertEquals(-10, sum)', 'assertThat(sum).isEqualTo(-10)'),
  edit('a constant', java, 'assertEquals(-10, sum)', 'int all = -10;\n    assertEquals(all, sum)'),
  edit(
    'a case more, in Java',
    java,
    '  @Test',
    '  @Test void b() { assertEquals(0, add(0, 0)); }\n  @Test',
  ),
  edit('an import', java, 'class', 'import java.util.List;\n\n// It has 3 "parts".\nclass'),
  edit('a group', ruby, 'describe User', "describe 'a user'"),
  edit('a symbol', ruby, 'user.age = 30', 'user.age = 30\n    user.state = :pending'),
  [
    'no skip (C#)',
    'tests/A.cs',
    '[Fact] void A() {}',
    '[Fact] void A() { q = new Page { Skip = 5 }; }',
  ],
  [
    'no skip (PHP)',
    'tests/A.php',
    'function testA() {}',
    'function testA() { $u->only(["id"]); collect([1])->skip(1); }',
  ],
  ['skipped no more', 'tests/A.cs', '[Fact(Skip = "flaky")]\nvoid A() {}', '[Fact]\nvoid A() {}'],
  [
    'expected otherwise',
    'src/test/java/ATest.java',
    '@Test(expected = E.class)\nvoid a() { f(2); }',
    '@Test\nvoid a() { assertThrows(E.class, () -> f(2)); }',
  ],
  ['a name of a skipped one', 'spec/a_spec.rb', "xit 'a' do\nend", "xit 'b' do\nend"],
  ['negated', 'test/a_test.exs', 'test "a" do\n  assert !a\nend', 'test "a" do\n  refute a\nend'],
  [
    'should',
    'spec/a_spec.rb',
    "it 'a' do\n  r.should eq(3)\nend",
    "it 'a' do\n  expect(r).to eq(3)\nend",
  ],
  [
    'Swift Testing',
    'Tests/ATests.swift',
    'func testA() { XCTAssertEqual(1, a()) }',
    '@Test func a() { #expect(a() == 1) }',
  ],
  [
    'an attribute (PHP)',
    'tests/ATest.php',
    '/** @test */\nfunction a() {}',
    '#[Test]\nfunction a() {}',
  ],
])('%s is no weakening of what is compared', (_, path, before, after) => {
  expect(after).not.toBe(before);
  expect(kinds(entry(path, { before, after }))).toEqual([]);
});

test('a case that moves to another file is none', () => {
  const [, path, before, after] = edit(
    'moved',
    java,
    / {2}@Test\n {2}void fails.*\n/.exec(java)?.[0] ?? '',
    '',
  );
  const moved = entry('src/test/java/ParseTest.java', {
    after:
      'class ParseTest {\n  @Test\n  void fails() { assertThrows(SumException.class, () -> parse("rubbish")); }\n}\n',
  });
  expect(kinds(entry(path, { before, after }))).toEqual(['test-weakened']);
  expect(kinds(entry(path, { before, after }), moved)).toEqual([]);
});

test.each<Row>([
  ['a case more', 'tests/A.cs', '[Fact] void A() {}', '[Fact] void A() {}\n[Fact] void B() {}'],
  ['a helper', 'spec/support/make.rb', 'def make\n  User.new\nend', 'def make\n  Admin.new\nend'],
  ['another name', 'spec/a_spec.rb', "it 'adds' do\nend", "it 'adds numbers' do\nend"],
])('%s is no weakening', (_, path, before, after) =>
  expect(kinds(entry(path, { before, after }))).toEqual([]),
);

describe('renamed so that no runner takes it', () => {
  test.each([
    ['spec/a_spec.rb', 'spec/a_specs.rb'],
    ['src/test/java/FooTest.java', 'src/test/java/FooChecks.java'],
    ['src/test/kotlin/FooTest.kt', 'src/test/kotlin/FooChecks.kt'],
    ['tests/FooTest.php', 'tests/FooChecks.php'],
    ['test/foo_test.exs', 'test/foo_tests.exs'],
    ['spec/foo_spec.lua', 'spec/foo.lua'],
    ['test/foo_test.clj', 'test/foo.clj'],
    ['test/FooSpec.hs', 'test/Foo.hs'],
    ['test/foo_SUITE.erl', 'test/foo.erl'],
    ['test/Foo.t.sol', 'test/Foo.sol'],
    ['tests/testthat/test-foo.R', 'tests/testthat/foo.R'],
    ['tests/FooTests.cs', 'tests/FooTests.cs.bak'],
    ['test/foo.bats', 'test/foo.sh'],
    ['tests/test_foo.py', 'tests/.off/test_foo.py'],
    ['tests/test_foo.py', 'build/test_foo.py'],
    ['src/foo.test.ts', 'dist/foo.test.ts'],
    ['src/test/java/FooTest.java', 'src/test/resources/FooTest.java'],
  ])('%s to %s', (from, to) => {
    expect(kinds(entry(to, { from, before: 'x', after: 'x' }))).toEqual(['test-deleted']);
    const moved = from.replace(/[^/]+$/, `sub/${from.replace(/.*\//, '')}`);
    expect(kinds(entry(moved, { from, before: 'x', after: 'x' }))).toEqual([]);
  });
});

test.each([
  ['MyApp.UnitTests/FooShould.cs', ['test-deleted']],
  ['src/commonTest/kotlin/Foo.kt', ['test-deleted']],
  ['src/latest/foo.kt', []],
  ['apps/speed-test/index.ts', []],
])('%s where it is deleted', (path, expected) =>
  expect(kinds(entry(path, { before: '[Fact]\n@Test\n' }))).toEqual(expected),
);

test.each([
  ['tests/__init__.py', ''],
  ['tests/make.py', 'def make():\n    return User("ann", 3)\n'],
  ['spec/support/make.rb', 'def make\n  User.new("ann")\nend\n'],
  ['docs/specs/001.md', 'It adds.\n'],
])('%s, which tests nothing, may be deleted', (path, before) =>
  expect(kinds(entry(path, { before }))).toEqual([]),
);
