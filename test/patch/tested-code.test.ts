/** What takes the place of the code under test: the tests stay, and test something else. */
import { describe, expect, test } from 'vitest';
import { entry, kinds } from './change.ts';

const rust = `pub fn f(x: u32) -> u32 {
    x + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a() {
        assert_eq!(f(1), 2);
    }
}
`;
const python = 'from a.sums import f\n\n\ndef test_a():\n    assert f(1) == 2\n';
const javascript = `import { f } from '../src/f.js';\n\ntest('a', () => {\n  expect(f(1)).toBe(2);\n});\n`;

type Row = [what: string, path: string, before: string, after: string];
const edit = (what: string, from: string, to: string): Row => [
  what,
  'src/lib.rs',
  rust,
  rust.replace(from, to),
];
const files = 'pub fn f() {}\n\n#[cfg(test)]\nmod tests;\n';

describe('found', () => {
  test.each<Row>([
    edit(
      'hidden by another of its name',
      '    #[test]',
      '    fn f(_: u32) -> u32 {\n        2\n    }\n\n    #[test]',
    ),
    edit(
      'other code for tests',
      'pub fn f',
      '#[cfg(test)]\npub fn f(_: u32) -> u32 {\n    2\n}\n#[cfg(not(test))]\npub fn f',
    ),
    edit('a condition', '    x + 1', '    if cfg!(test) {\n        return 2;\n    }\n    x + 1'),
    [
      'the same where no tests are',
      'src/a.rs',
      'pub fn f() {}\n',
      '#[cfg(not(test))]\npub fn f() {}\n',
    ],
    ['a module that is built no more', 'src/lib.rs', files, 'pub fn f() {}\n'],
    ['tests from elsewhere', 'src/lib.rs', files, files.replace('mod', '#[path = "none.rs"]\nmod')],
    [
      'a new file that is never built',
      'tests/a.rs',
      '',
      '#![cfg(feature = "never")]\n#[test]\nfn a() {\n    assert!(f());\n}\n',
    ],
    [
      'a copy (Python)',
      'tests/test_a.py',
      python,
      python.replace(/.*\n\n/, 'def f(x):\n    return 2\n'),
    ],
    [
      'a copy (JavaScript)',
      'test/a.test.js',
      javascript,
      javascript.replace(/.*\n/, 'const f = () => 2;\n'),
    ],
  ])('%s', (_, path, before, after) => {
    expect(after).not.toBe(before);
    expect(kinds(entry(path, before === '' ? { after } : { before, after }))).toEqual([
      'test-weakened',
    ]);
  });
});

describe('not found', () => {
  test.each<Row>([
    edit('code', 'x + 1', '1 + x'),
    edit('a helper', '    #[test]', '    fn sample() -> u32 {\n        1\n    }\n\n    #[test]'),
    edit('without the standard library', 'pub fn f', '#![cfg_attr(not(test), no_std)]\npub fn f'),
    edit('a comment', 'pub fn f', '// Not for cfg!(test).\npub fn f'),
    ['a module of tests written into the file', 'src/lib.rs', files, rust],
    ['a module by another name', 'src/lib.rs', files, files.replace('tests', 'unit_tests')],
    [
      'a helper written into a test',
      'test/a.test.js',
      javascript.replace('../src/f.js', './helpers.js'),
      javascript.replace(/.*\n/, 'const f = () => 2;\n'),
    ],
    [
      'another place of the code',
      'test/a.test.js',
      javascript,
      javascript.replace('../src', '../src/sums'),
    ],
    ['another place (Python)', 'tests/test_a.py', python, python.replace('a.sums', 'a.math')],
    [
      'a library left out',
      'test/a.test.js',
      javascript.replace('../src/f.js', 'f'),
      javascript.replace(/.*\n/, 'const f = () => 2;\n'),
    ],
  ])('%s', (_, path, before, after) => {
    expect(after).not.toBe(before);
    expect(kinds(entry(path, { before, after }))).toEqual([]);
  });
});
