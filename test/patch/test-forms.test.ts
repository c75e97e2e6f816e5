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

test.each(weaker)('%s', (_, path, before, after) => {
  expect(kinds(entry(path, { before, after }))).toEqual(['test-weakened']);
  expect(kinds(entry(path, { before: after, after: before }))).not.toContain('test-deleted');
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
  ])('%s to %s', (from, to) => {
    expect(kinds(entry(to, { from, before: 'x', after: 'x' }))).toEqual(['test-deleted']);
    const moved = to.replace(/[^/]+$/, `sub/${from.replace(/.*\//, '')}`);
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
