/** Test files that are written to be slow to parse or to compare: they are held, in bounded time. */
import { expect, test } from 'vitest';
import type { TreeEntry } from '../../src/core/change.ts';
import type { FindingKind } from '../../src/core/finding.ts';
import { inspectTests } from '../../src/patch/weakened-tests.ts';
import { threadTime } from '../thread-time.ts';
import { change, entry } from './change.ts';

const CHARACTERS = 256_000;

function inspected(...entries: TreeEntry[]): { kinds: FindingKind[]; took: number } {
  const kinds: FindingKind[] = [];
  const took = threadTime(() => {
    for (const { kind } of inspectTests(change(...entries))) kinds.push(kind);
  });
  return { kinds, took };
}

const changed = (path: string, after: string): TreeEntry => entry(path, { before: 'x\n', after });

/** Openers, each as deep as it goes, and errors for which a parser searches its grammar. */
const REPEATED: Record<string, string[]> = {
  'a_test.go': ['(', '{', 'all ( ', 'f(', 'a[', 'T[', '*', '/*', 'if a {', 'func(){', 'map['],
  'test/a.test.ts': ['(', '[', 'all ( ', '[a,', 'a<b(', '<T>(', '`${', 'a=>', 'function(){'],
  'test/a.test.tsx': ['<a>', '<a b={', '{<a>'],
  'tests/test_a.py': ['(', '[', 'all ( ', 'f"{', 'lambda:', 'not ', 'if a:\n '],
  'tests/a.rs': ['(', '{', 'all ( ', 'a::<', '#![', 'if a {', '|', '&', 'fn a(){', 'a!('],
};

test.each(
  Object.entries(REPEATED).flatMap(([path, all]) => all.map(each => [path, each] as const)),
)('%s that repeats %j', (path, repeated) => {
  const after = repeated.repeat(CHARACTERS / repeated.length);
  const { kinds, took } = inspected(changed(path, after));
  expect(kinds).toEqual(['test-weakened']);
  // A second look tells what is slow from what was disturbed, such as by memory that was being freed.
  const least = took < 500 ? took : inspected(changed(path, after)).took;
  expect(least).toBeLessThan(500);
});

const NESTED: [string, string, string, string][] = [
  ['a_test.go', 'func TestA(t *testing.T) {\n', 'if a {\n', 'a.b()\n'],
  ['test/a.test.ts', "test('a', () => {\n", 'if (a) {\n', 'a.b();\n'],
  ['tests/a.rs', '#[test]\nfn a() {\n', 'if a {\n', 'a.b();\n'],
];

test.each(NESTED)('%s with many statements in blocks that are nested', (path, head, open, line) => {
  const levels = 60;
  const lines = Math.floor(CHARACTERS / line.length);
  const after = `${head}${open.repeat(levels)}${line.repeat(lines)}${'}\n'.repeat(levels)}`;
  expect(inspected(changed(path, after)).took).toBeLessThan(2_000);
});

test('what is spent on one file is missing for the next', () => {
  const test = (lines: string) => `test('a', () => {\n  expect(a()).toBe(1);\n${lines}});\n`;
  const honest = entry('test/b.test.ts', { before: test(''), after: test('  b();\n') });
  const slow = changed('tests/a.rs', '#!['.repeat(1_000));
  const budget = { parsing: { left: 1_000_000 }, comparing: { left: 1_000 } };
  expect(inspectTests(change(honest), budget)).toEqual([]);
  expect(inspectTests(change(slow, honest), budget).map(({ path }) => path)).toEqual([
    'tests/a.rs',
    'test/b.test.ts',
  ]);
});

test('assertions of which each is like all others take no longer in many files', () => {
  const values = Array.from({ length: 30 }, (_, at) => `'${at.toString(36)}'`);
  const body = (name: string, given: string[], own: (at: number) => string) =>
    `test('a', () => {\n${Array.from({ length: 250 }, (_, at) => `expect(${name}(${given}, '${own(at)}')).toBe(1);`).join('\n')}\n});\n`;
  const files = Array.from({ length: 6 }, (_, file) =>
    entry(`test/${file}.test.ts`, {
      before: body('f', values, at => `u${at}`),
      after: body('g', values.toReversed(), at => `v${at}`),
    }),
  );
  const { kinds, took } = inspected(...files);
  expect(new Set(kinds)).toEqual(new Set(['test-weakened']));
  const budget = { parsing: { left: 2_000_000_000 }, comparing: { left: 0 } };
  const uncompared = threadTime(() => inspectTests(change(...files), budget));
  expect(took - uncompared).toBeLessThan(2_000);
});

test('a line on which each token looks like one that ends with the line', () => {
  expect(inspected(changed('tests/a.rs', '#![a]'.repeat(CHARACTERS / 5))).took).toBeLessThan(500);
});

test('a file that was so before the change can not be compared either', () => {
  const deep = '('.repeat(5_000);
  const { kinds } = inspected(entry('a_test.go', { before: deep, after: `${deep}\n${deep}` }));
  expect(kinds).toEqual(['test-weakened']);
});

test('a new one is held as well', () => {
  const { kinds } = inspected(entry('a_test.go', { after: '('.repeat(5_000) }));
  expect(kinds).toEqual(['test-weakened']);
});
