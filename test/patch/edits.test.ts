/** Edits of tests in four languages: those that weaken them are findings, honest ones are not. */
import { describe, expect, test } from 'vitest';
import type { TreeEntry } from '../../src/core/change.ts';
import { inspectChange } from '../../src/patch/inspect-change.ts';
import { change, entry, kinds } from './change.ts';
import { edited } from './edits/edit.ts';
import { go } from './edits/go.ts';
import { javascript } from './edits/javascript.ts';
import { python } from './edits/python.ts';
import { rust } from './edits/rust.ts';

const LANGUAGES = { JavaScript: javascript, Python: python, Go: go, Rust: rust };

const held = (edit: TreeEntry) =>
  inspectChange(change(edit)).filter(({ severity }) => severity !== 'note');

describe.each(Object.entries(LANGUAGES))('%s', (_, edits) => {
  test.each(edits.weakened)('held: %s', (...edit) => {
    const found = held(edited(edits, edit));
    expect(found.map(({ kind }) => kind)).toContain('test-weakened');
    for (const { path, reason } of found) {
      expect(path).toBe(edits.path);
      expect(reason).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('ten ways at least, each told apart', () => {
    expect(edits.weakened.length).toBeGreaterThanOrEqual(10);
    expect(new Set(edits.weakened.map(([name]) => name)).size).toBe(edits.weakened.length);
  });

  test('a file that did not change', () => {
    const { path, base } = edits;
    expect(held(entry(path, { before: base, after: base }))).toEqual([]);
  });
});

/** A small test file of each language, and the same where no runner runs its case. */
const UNRUN: [what: string, path: string, before: string, after: string][] = [
  [
    'a function of another name (Python)',
    'test_total.py',
    'def test_total():\n    assert total(1, 2) == 3\n',
    'def check_total():\n    assert total(1, 2) == 3\n',
  ],
  [
    'a function of another name (Go)',
    'total_test.go',
    'package a\n\nfunc TestTotal(t *testing.T) {\n\tif Total(1, 2) != 3 {\n\t\tt.Fatal("no")\n\t}\n}\n',
    'package a\n\nfunc checkTotal(t *testing.T) {\n\tif Total(1, 2) != 3 {\n\t\tt.Fatal("no")\n\t}\n}\n',
  ],
  [
    'a plain function (JavaScript)',
    'total.test.js',
    "test('adds', () => {\n  expect(total(1, 2)).toBe(3);\n});\n",
    'const adds = () => {\n  expect(total(1, 2)).toBe(3);\n};\n',
  ],
  [
    'a function without its attribute (Rust)',
    'tests/total.rs',
    '#[test]\nfn adds() {\n    assert_eq!(total(1, 2), 3);\n}\n',
    'fn adds() {\n    assert_eq!(total(1, 2), 3);\n}\n',
  ],
  [
    'a case within a function that nobody calls (JavaScript)',
    'total.test.js',
    "test('adds', () => {\n  expect(total(1, 2)).toBe(3);\n});\n",
    "function later() {\n  test('adds', () => {\n    expect(total(1, 2)).toBe(3);\n  });\n}\n",
  ],
  [
    'a case within a function that nobody calls (Python)',
    'test_total.py',
    'def test_total():\n    assert total(1, 2) == 3\n',
    'def later():\n    def test_total():\n        assert total(1, 2) == 3\n',
  ],
];

test.each(UNRUN)('held though every assertion is there: %s', (_, path, before, after) => {
  expect(held(entry(path, { before, after })).map(({ kind }) => kind)).toContain('test-weakened');
});

test('a case that moves to a file that no runner takes is gone', () => {
  const [, , before = ''] = UNRUN[0] ?? [];
  const moved = [
    entry('test_total.py', { before, after: null }),
    entry('tests/helpers.py', { before: null, after: before }),
  ];
  expect(kinds(...moved)).toContain('test-deleted');
});

test('of a hundred honest edits two at most are held', () => {
  const all = Object.values(LANGUAGES).flatMap(edits =>
    edits.honest.map(edit => ({ name: edit[0], found: held(edited(edits, edit)) })),
  );
  expect(all.length).toBeGreaterThanOrEqual(100);
  const wrongly = all.filter(({ found }) => found.length > 0);
  expect(
    wrongly.length,
    wrongly.map(({ name, found }) => `${name}: ${found[0]?.reason}`).join('\n'),
  ).toBeLessThanOrEqual(2);
});

describe('the reason names the line and what was weakened', () => {
  const reason = (name: string) => {
    const edit = javascript.weakened.find(([each]) => each === name);
    return edit && held(edited(javascript, edit))[0]?.reason;
  };
  test.each([
    [
      'expectation changed',
      'Line 8: "expect(add(1, 2)).toBe(3)" became "expect(add(1, 2)).toBe(4)": what is expected changed.',
    ],
    [
      'assertion removed',
      'What was in line 13, "expect(result).toBe(-10)", is gone, or is less strict now.',
    ],
    ['skip', /^Line 7: "test\.skip\('adds two nubmers'.* keeps tests from running\.$/],
    [
      'under a condition',
      'Line 13: "expect(result).toBe(-10)" now runs only under a condition, or its failure is caught.',
    ],
  ])('%s', (name, expected) => {
    expect(reason(name)).toMatch(expected);
  });
});

describe('tests that move', () => {
  const one = "test('a', () => {\n  expect(f(1)).toBe(2);\n});\n";
  const two = "test('b', () => {\n  expect(f(3)).toBe(4);\n});\n";
  test('from one file to another, unchanged', () => {
    expect(
      kinds(
        entry('test/a.test.ts', { before: one + two, after: one }),
        entry('test/b.test.ts', { after: two }),
      ),
    ).toEqual([]);
  });
  test('a file split in two', () => {
    expect(
      kinds(
        entry('test/all.test.ts', { before: one + two }),
        entry('test/a.test.ts', { after: one }),
        entry('test/b.test.ts', { after: two }),
      ),
    ).toEqual([]);
  });
  test('one of two is lost on the way', () => {
    expect(
      kinds(
        entry('test/all.test.ts', { before: one + two }),
        entry('test/a.test.ts', { after: one }),
      ),
    ).toEqual(['test-deleted']);
  });
  test('to where no runner looks', () => {
    expect(
      kinds(
        entry('test/all.test.ts', { before: one + two, after: one }),
        entry('src/unused.ts', { after: two }),
      ),
    ).toEqual(['test-weakened']);
  });
  for (const [from, to] of [
    ['test/a.test.ts', 'test/a.ts'],
    ['src/a.spec.js', 'src/a.spec.js.bak'],
    ['tests/test_a.py', 'tests/a.py'],
    ['pkg/a_test.go', 'pkg/a.go'],
    ['pkg/a_test.go', 'pkg/_a_test.go'],
    ['pkg/a_test.go', 'pkg/a_plan9_test.go'],
    ['pkg/a_test.go', 'pkg/a_windows_amd64_test.go'],
    ['pkg/a_test.go', 'pkg/a_linux_s390x_test.go'],
    ['pkg/a_test.go', 'pkg/testdata/a_test.go'],
    ['pkg/a_test.go', '_old/a_test.go'],
    ['test_a.py', 'a.test.js'],
    ['pkg/a_test.go', 'pkg/a_test.go.off'],
    ['tests/a.rs', 'tests/a.rs.txt'],
  ] as const)
    test(`${from} → ${to}: a test no more`, () => {
      expect(kinds(entry(to, { from, before: one, after: one }))).toContain('test-deleted');
    });
  test('within the pattern', () => {
    expect(
      kinds(entry('test/sub/a.test.ts', { from: 'test/a.test.ts', before: one, after: one })),
    ).toEqual([]);
  });
});

describe("Rust's tests beside the code", () => {
  const code = 'pub fn f(x: i64) -> i64 {\n    x + 1\n}\n';
  const tests =
    '\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn adds() {\n        assert_eq!(f(1), 2);\n    }\n}\n';
  test('code may change, its tests stay', () => {
    const after = code.replace('x + 1', 'x + 2 - 1') + tests;
    expect(kinds(entry('src/lib.rs', { before: code + tests, after }))).toEqual([]);
  });
  test.each([
    ['removed', code],
    ['changed', code + tests.replace('2)', '3)')],
    ['never built', code + tests.replace('cfg(test)', 'cfg(feature = "never")')],
  ])('%s', (_, after) => {
    expect(kinds(entry('src/lib.rs', { before: code + tests, after }))).toEqual(['test-weakened']);
  });
});

describe('what can not be compared is a finding', () => {
  const before = "test('a', () => {\n  expect(f(1)).toBe(2);\n});\n";
  test('a text that can not be parsed', () => {
    expect(kinds(entry('a.test.ts', { before, after: `${before}}}}} (((` }))).toEqual([
      'test-weakened',
    ]);
  });
  test('a test that was too large to be handed over', () => {
    const large = entry('a.test.ts', { before, after: before });
    const found = kinds({ ...large, text: { before: null, after: before } });
    expect(found).toEqual(['test-weakened']);
  });
  test('a test that becomes a binary', () => {
    expect(kinds(entry('a.test.ts', { before, after: 'x', binary: true }))).toEqual([
      'binary',
      'test-weakened',
    ]);
  });
});

test('more assertions than can be compared each with each are gone', () => {
  const written = (value: string) =>
    `test('a', () => {\n${Array.from({ length: 3_000 }, (_, at) => `expect(f(${value}${at})).toBe(${at});`).join('\n')}\n});\n`;
  const edit = entry('test/a.test.ts', { before: written('1'), after: written('x') });
  const before = process.threadCpuUsage().user;
  const found = inspectChange(change(edit)).filter(({ kind }) => kind === 'test-weakened');
  expect(found).toHaveLength(5);
  expect(found[0]?.reason).toContain('too many others');
  expect(process.threadCpuUsage().user - before).toBeLessThan(5_000_000);
});
