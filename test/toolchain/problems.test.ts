/** Places in the code, as common tools name them: each file in `outputs/` is what the tool really printed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemsIn } from '../../src/toolchain/output/problems.ts';
import { threadTime } from '../thread-time.ts';
import { OTHERS } from './outputs/others.ts';

const ROOT = '/work';
const printed = (name: string): string[] =>
  readFileSync(join(import.meta.dirname, 'outputs', `${name}.txt`), 'utf8').split('\n');
const found = (lines: string[], over: { directory?: string; goModule?: string | null } = {}) =>
  problemsIn(lines, { root: ROOT, directory: '', goModule: null, ...over });
const places = (lines: string[], over = {}) =>
  found(lines, over).map(({ path, line, level, message }) =>
    [`${path}:${line}`, ...(level === 'warning' ? [level] : []), message].join(' '),
  );

describe('what failed is found in the output of', () => {
  it.each<[string, string[]]>([
    [
      'tsc',
      [
        "src/a.ts:1 TS2322: Type 'string' is not assignable to type 'number'.",
        "src/a.ts:2 TS2322: Type 'string' is not assignable to type 'number'.",
      ],
    ],
    [
      'tsc-pretty',
      [
        "src/a.ts:1 TS2322: Type 'string' is not assignable to type 'number'.",
        "src/a.ts:2 TS2322: Type 'string' is not assignable to type 'number'.",
      ],
    ],
    [
      'eslint',
      [
        "src/a.js:1 'MINUTE' is assigned a value but never used (no-unused-vars)",
        "src/a.js:2 'x' is assigned a value but never used (no-unused-vars)",
      ],
    ],
    [
      'node-test',
      [
        'test/a.test.mjs:4 adds — AssertionError [ERR_ASSERTION]: Expected values to be strictly equal: — 2 !== 3',
        'test/a.test.mjs:6 inner — TypeError: no — way',
      ],
    ],
    [
      'node-test-tap',
      [
        'test/a.test.mjs:4 adds — Expected values to be strictly equal: — 2 !== 3',
        'test/a.test.mjs:6 inner — no — way',
      ],
    ],
    [
      'vitest',
      [
        'a.spec.ts:3 a.spec.ts > adds up — AssertionError: expected 2 to be 3 // Object.is equality',
        "a.spec.ts:5 a.spec.ts > throws — SyntaxError: Expected property name or '}' in JSON at position 1 (line 1 column 2)",
      ],
    ],
    [
      'pytest-long',
      [
        'test_calc.py:5 assert (1 + 1) == 3',
        'test_calc.py:3 ValueError: bad 3',
        'test_calc.py:10 AssertionError: lists',
      ],
    ],
    [
      'pytest-short',
      [
        'test_calc.py:5 assert (1 + 1) == 3',
        'test_calc.py:3 ValueError: bad 3',
        'test_calc.py:10 AssertionError: lists',
      ],
    ],
    ['pytest', ["test_broken.py:1 ModuleNotFoundError: No module named 'nope_nope'"]],
    [
      'go-vet',
      ['sub/sub.go:4 cannot use "x" (untyped string constant) as int value in return statement'],
    ],
    [
      'go-build',
      ['sub/sub.go:4 cannot use "x" (untyped string constant) as int value in return statement'],
    ],
    ['cargo-build', ['src/lib.rs:1 mismatched types [E0308]']],
    [
      'cargo-test',
      ['src/lib.rs:6 tests::adds — assertion `left == right` failed — left: -1 — right: 3'],
    ],
  ])('%s', (name, expected) => {
    expect(places(printed(name))).toEqual(expected);
  });

  it.each([
    [
      'go-test',
      [
        'calc_test.go:7 Add(1, 2) = -1, want 3',
        'sub/sub_test.go:6 fine so far',
        'sub/sub_test.go:7 Sub is wrong',
      ],
    ],
    [
      'go-test-verbose',
      ['calc_test.go:7 Add(1, 2) = -1, want 3', 'sub/sub_test.go:7 Sub is wrong'],
    ],
  ])('%s, whose files are named without their folders', (name, expected) => {
    expect(places(printed(name), { goModule: 'example.com/calc' })).toEqual(expected);
  });
});

it.each(Object.entries(OTHERS))(
  'what failed is found in the output of %s',
  (_, { printed: text, places: expected }) => {
    expect(places(text.split('\n'))).toEqual(expected);
  },
);

it.each([
  'see https://example.com/a.html:3: not ours',
  '2026-01-01T10:00:00Z info: src/a.py: loaded',
  'src/a.py:3: note: it was said above',
  'test_calc.py:5: in test_add',
  '/usr/lib/python3/site.py:3: error: not ours',
  'node_modules/x/a.ts:3:5: error: not ours',
  'src/a.ts:0:1: error: no such line',
  'src/a.ts:99999999999:1: error: no such line',
  '::error file=/etc/passwd,line=3::x',
  '::error file=a.ts,line=x::y',
  '::set-output name=a::b',
  '  1) adds',
  'Traceback (most recent call last):',
])('nothing is found in %j', line => {
  expect(found([line, '', 'ValueError: x'])).toEqual([]);
});

it('a folder that the command ran in stands before its paths', () => {
  const lines = ['src/a.ts(1,1): error TS1: x', '../b.ts(2,1): error TS1: y'];
  expect(places(lines, { directory: 'packages/app' })).toEqual([
    'packages/app/src/a.ts:1 TS1: x',
    'packages/b.ts:2 TS1: y',
  ]);
});

it.each([
  '../../etc/passwd',
  '/etc/passwd',
  '/work/../etc/passwd',
  '/workshop/a.ts',
  'src/../../x.ts',
  '.git/config.ts',
  'node_modules/x/a.ts',
  'file:///etc/x.ts',
  'file:///work/%ff.ts',
  'a\u0007.ts',
  'a\\b.ts',
])('a path that is not one of the repository is left out: %j', path => {
  expect(found([`${path}(1,1): error TS1: x`, path, '  1:1  error  x  y'])).toEqual([]);
});

it('names each place once, at most fifty, failures before warnings', () => {
  const warnings = Array.from({ length: 80 }, (_, n) => `  ${n + 1}:1  warning  w  rule`);
  const lines = ['/work/a.js', ...warnings, '  99:1  error  e  rule', '  99:7  error  e  rule'];
  const problems = found(lines);
  expect(problems).toHaveLength(50);
  expect(problems[0]).toEqual({ path: 'a.js', line: 99, level: 'failure', message: 'e (rule)' });
  expect(problems.filter(({ line }) => line === 99)).toHaveLength(1);
});

it.each([
  ['blanks', ' '.repeat(499)],
  ['places', 'a.ts(1,1)'.repeat(55)],
  ['colons', ':1'.repeat(249)],
  ['underscores', '_'.repeat(499)],
  ['a stack', `at ${'(/a:1:1'.repeat(60)}`],
  ['a panic', `thread '${"' panicked at '".repeat(30)}`],
  ['columns', `  1:1  error  ${'x  '.repeat(150)}`],
  ['numbers', `1) ${'1) '.repeat(160)}`],
  ['commands', `::error ${'a=b:'.repeat(120)}`],
  ['dots', 'a.b'.repeat(160)],
  ['tests', `not ok 1 - ${'✖ '.repeat(240)}`],
])('reads hostile output quickly: %s', (_name, line) => {
  const lines = Array.from({ length: 2_000 }, () => line);
  expect(threadTime(() => found(lines))).toBeLessThan(1_500);
});

it('reads a test of Go that tells more than a call takes arguments', () => {
  const told = Array.from({ length: 150_000 }, (_, at) => `    a_test.go:${at + 1}: red`);
  const lines = [...told, '--- FAIL: TestA (0.00s)', 'FAIL\tm\t0.1s'];
  expect(places(lines, { goModule: 'm' }).slice(0, 1)).toEqual(['a_test.go:1 red']);
});
