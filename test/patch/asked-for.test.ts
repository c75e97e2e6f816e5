/** What assertions ask for: the same by another name is no weakening, less is one. */
import { describe, expect, test } from 'vitest';
import { entry, kinds } from './change.ts';

/** A case of each library around a few lines. */
const CASES: Record<string, { path: string; text: (body: string) => string }> = {
  unittest: {
    path: 'tests/test_a.py',
    text: body =>
      `class TestA(TestCase):\n    def test_a(self):\n        r = f(1)\n        ${body}\n`,
  },
  pytest: { path: 'tests/test_a.py', text: body => `def test_a():\n    r = f(1)\n    ${body}\n` },
  vitest: {
    path: 'test/a.test.js',
    text: body => `test('a', async () => {\n  const r = f(1);\n  ${body}\n});\n`,
  },
  testing: {
    path: 'a_test.go',
    text: body => `package a\n\nfunc TestA(t *testing.T) {\n\tr, err := F(1)\n\t${body}\n}\n`,
  },
  cargo: {
    path: 'tests/a.rs',
    text: body => `#[test]\nfn a() {\n    let r = f(1);\n    ${body}\n}\n`,
  },
};

const found = (library: string, before: string, after: string) => {
  const { path, text } = CASES[library] as (typeof CASES)[string];
  return kinds(entry(path, { before: text(before), after: text(after) }));
};

type Row = [library: string, before: string, after: string];

const SAME: Row[] = [
  ['unittest', 'self.assertEquals(r, 3)', 'self.assertEqual(r, 3)'],
  ['unittest', 'self.assertEqual(r, 3)', 'assert r == 3'],
  ['unittest', 'self.assertFalse(r)', 'assert not r'],
  ['unittest', 'self.assertTrue(r > 3)', 'self.assertGreater(r, 3)'],
  ['unittest', 'self.assertNotEqual(r, None)', 'self.assertIsNotNone(r)'],
  ['unittest', 'self.assertEqual(r, None)', 'self.assertIsNone(r)'],
  ['unittest', 'self.assertNotIn("a", r)', 'assert "a" not in r'],
  ['unittest', 'self.assertTrue(isinstance(r, int))', 'self.assertIsInstance(r, int)'],
  ['unittest', 'self.assertRegexpMatches(r, "a.b")', 'self.assertRegex(r, "a.b")'],
  ['unittest', 'self.assertRegex(r, "a.b")', 'assert re.search("a.b", r)'],
  ['unittest', 'self.assertItemsEqual(r, [1, 2])', 'self.assertCountEqual(r, [1, 2])'],
  ['unittest', 'self.assertTrue(m.called)', 'm.assert_called()'],
  ['unittest', 'self.assertEqual(m.call_count, 1)', 'm.assert_called_once()'],
  ['unittest', 'm.assert_called_with(3)', 'm.assert_called_once_with(3)'],
  ['pytest', 'assert not "a" in r', 'assert "a" not in r'],
  ['pytest', 'assert not r is None', 'assert r is not None'],
  ['pytest', 'assert type(r) == int', 'assert isinstance(r, int)'],
  ['pytest', "assert r == u'a'", "assert r == 'a'"],
  ['pytest', 'assert r == "a %s" % b', 'assert r == f"a {b}"'],
  ['pytest', 'assert r >= 3', 'assert r > 3'],
  ['pytest', 'assert any(x > 0 for x in r)', 'assert all(x > 0 for x in r)'],
  ['vitest', 'expect(r).toEqual({ a: 1 });', 'expect(r).toStrictEqual({ a: 1 });'],
  ['vitest', 'expect(r === 3).toBe(true);', 'expect(r).toBe(3);'],
  ['vitest', 'expect(r > 3).toBe(true);', 'expect(r).toBeGreaterThan(3);'],
  ['vitest', "expect(r.includes('a')).toBe(true);", "expect(r).toContain('a');"],
  ['vitest', 'expect(!r).toBe(true);', 'expect(r).toBe(false);'],
  ['vitest', 'expect(r).not.toBe(undefined);', 'expect(r).toBeDefined();'],
  ['vitest', 'expect(r).toBeCalledWith(3);', 'expect(r).toHaveBeenCalledWith(3);'],
  ['vitest', 'expect(r).toHaveBeenCalledTimes(1);', 'expect(r).toHaveBeenCalledOnce();'],
  ['vitest', 'expect(r).toBeTruthy();', 'expect(r).toBeInTheDocument();'],
  ['vitest', 'expect(r).toBeGreaterThanOrEqual(3);', 'expect(r).toBeGreaterThan(3);'],
  ['vitest', 'expect(r).toEqual({ a: b });', 'expect(r).toEqual({ a: b, c: expect.any(String) });'],
  ['vitest', 'assert.equal(r, 3);', 'assert.strictEqual(r, 3);'],
  ['vitest', 'assert.notEqual(r, 3);', 'expect(r).not.toBe(3);'],
  ['vitest', 'assert.match(r, /a/);', 'expect(r).toMatch(/a/);'],
  ['vitest', 'expect(r).to.be.null;', 'expect(r).toBeNull();'],
  ['vitest', 'expect(r).to.be.above(3);', 'expect(r).toBeGreaterThan(3);'],
  ['vitest', 'expect(r).to.be.an.instanceof(Error);', 'expect(r).toBeInstanceOf(Error);'],
  ['vitest', 'expect(spy.calledWith(3)).to.be.true;', 'expect(spy).toHaveBeenCalledWith(3);'],
  ['vitest', 'for (const x of xs) expect(x).toBe(1);', 'for (const x of all()) expect(x).toBe(1);'],
  ['testing', 'assert.Equal(t, true, r)', 'assert.True(t, r)'],
  ['testing', 'assert.True(t, r > 3)', 'assert.Greater(t, r, 3)'],
  ['testing', 'assert.Equal(t, 0, len(r))', 'assert.Empty(t, r)'],
  ['testing', 'assert.NotNil(t, err)', 'assert.Error(t, err)'],
  ['testing', 'assert.Equal(t, 3, G(nil))', 'assert.Equal(t, 3, G(ctx))'],
  ['testing', 'assert.True(t, errors.Is(err, E))', 'assert.ErrorIs(t, err, E)'],
  ['testing', 'assert.Equal(t, "bad", err.Error())', 'assert.EqualError(t, err, "bad")'],
  ['testing', 'if r < 3 {\n\t\tt.Fatal("no")\n\t}', 'if r <= 3 {\n\t\tt.Fatal("no")\n\t}'],
  ['testing', 'if err == nil {\n\t\tt.Fatal("no")\n\t}', 'require.Error(t, err)'],
  ['cargo', 'assert_eq!(r, true);', 'assert!(r);'],
  ['cargo', 'assert!(r != 3);', 'assert_ne!(r, 3);'],
  ['cargo', 'assert_eq!(r.len(), 0);', 'assert!(r.is_empty());'],
  ['cargo', 'assert!(matches!(r, E::A(_)));', 'assert_matches!(r, E::A(_));'],
];

const LESS: Row[] = [
  ['unittest', 'self.assertFalse(r)', 'self.assertTrue(r)'],
  ['unittest', 'self.assertTrue(r > 3)', 'self.assertTrue(r)'],
  ['unittest', 'self.assertIs(r, s)', 'self.assertFalse(r)'],
  ['unittest', 'm.assert_called_once_with(3)', 'm.assert_called_with(3)'],
  ['unittest', 'm.assert_called_with(3)', 'm.assert_called()'],
  ['unittest', 'm.assert_not_called()', 'm.assert_called()'],
  ['pytest', 'assert r > 3', 'assert r >= 3'],
  ['pytest', 'assert all(x > 0 for x in r)', 'assert any(x > 0 for x in r)'],
  ['pytest', 'assert r == [1, 2]', 'assert sorted(r) == [1, 2]'],
  ['pytest', 'assert r == "abc"', 'assert r.lower() == "abc"'],
  ['pytest', 'assert r == approx(3)', 'assert r == approx(3, rel=0.5)'],
  ['pytest', 'assert a and b', 'assert a or b'],
  ['pytest', 'assert r is None', 'assert r is not None'],
  ['pytest', 'assert "a" in r', 'assert not "a" in r'],
  ['pytest', 'for x in ROWS:\n        assert x', 'for x in ROWS[:1]:\n        assert x'],
  ['pytest', 'for x in ROWS:\n        assert x', 'for x in islice(ROWS, 1):\n        assert x'],
  ['vitest', 'expect(r > 3).toBe(true);', 'expect(r > 3).toBe(false);'],
  ['vitest', 'expect(r > 3).to.be.true;', 'expect(r > 3).to.be.false;'],
  ['vitest', 'expect(a && b).toBe(true);', 'expect(a || b).toBe(true);'],
  ['vitest', 'expect(r.every(ok)).toBe(true);', 'expect(r.some(ok)).toBe(true);'],
  ['vitest', 'expect(r).toBeDefined();', 'expect(r).not.toBeDefined();'],
  ['vitest', 'expect(r).toEqual(b);', 'expect(r).toEqual(expect.any(Object));'],
  ['vitest', 'expect(r).toEqual({ a: b });', 'expect(r).toEqual({ a: expect.anything() });'],
  ['vitest', 'expect(r).toHaveBeenCalledWith(x);', 'expect(r).toHaveBeenCalled();'],
  ['vitest', 'expect(r).toBeGreaterThan(3);', 'expect(r).toBeGreaterThanOrEqual(3);'],
  [
    'vitest',
    'await Promise.all(rs.map(r => expect(r).resolves.toBe(3)));',
    'await Promise.any(rs.map(r => expect(r).resolves.toBe(3)));',
  ],
  [
    'vitest',
    'for (const x of rows) expect(x).toBe(1);',
    'for (const x of rows.slice(0, 1)) expect(x).toBe(1);',
  ],
  [
    'vitest',
    'rows.forEach(x => expect(x).toBe(1));',
    'rows.filter(a).forEach(x => expect(x).toBe(1));',
  ],
  ['testing', 'assert.Greater(t, r, 3)', 'assert.GreaterOrEqual(t, r, 3)'],
  ['testing', 'assert.True(t, r)', 'assert.False(t, r)'],
  ['testing', 'assert.Error(t, err)', 'assert.NoError(t, err)'],
  ['testing', 'if r <= 3 {\n\t\tt.Fatal("no")\n\t}', 'if r < 3 {\n\t\tt.Fatal("no")\n\t}'],
  ['testing', 'if !r {\n\t\tt.Fatal("no")\n\t}', 'if r {\n\t\tt.Fatal("no")\n\t}'],
  [
    'testing',
    'for _, x := range rows {\n\t\tassert.True(t, x)\n\t}',
    'for _, x := range rows[:1] {\n\t\tassert.True(t, x)\n\t}',
  ],
  ['cargo', 'assert!(r.iter().all(ok));', 'assert!(r.iter().any(ok));'],
  ['cargo', 'assert!(r.is_empty());', 'assert!(!r.is_empty());'],
  [
    'cargo',
    'for x in rows { assert_eq!(x, 1); }',
    'for x in rows.iter().take(1) { assert_eq!(x, 1); }',
  ],
];

describe('the same by another name', () => {
  test.each(SAME)('%s: %s → %s', (...row) => expect(found(...row)).toEqual([]));
});

test('names that every object has', () => {
  for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty']) {
    const before = `expect(r.${name}(1)).toBe(false);`;
    expect(found('vitest', before, `${before} `)).toEqual([]);
    expect(found('vitest', before, `expect(r).${name}(1);`)).toEqual(['test-weakened']);
    expect(found('testing', `assert.${name}(t, r)`, 'assert.True(t, s)')).toEqual([
      'test-weakened',
    ]);
  }
});

describe('less', () => {
  test.each(LESS)('%s: %s → %s', (...row) => expect(found(...row)).toEqual(['test-weakened']));
});
