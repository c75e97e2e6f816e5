/** How each function that reads text from outside is fed with one: by the type of its first parameter. */
import type { Change, TreeEntry } from '../../src/core/change.ts';
import type { DeclaredFunction } from './declared.ts';

/** A parameter's values by its type; a text is given whole, and in lines. */
const BY_TYPE: Record<string, (text: string) => unknown[]> = {
  string: text => [text],
  'string | null': text => [text],
  'readonly string[]': text => [text.split('\n'), [text]],
  'string[]': text => [text.split('\n'), [text]],
  TreeEntry: text => entries(text),
  "Pick<TreeEntry, 'text'>": text => entries(text),
  Change: text => entries(text).map(entry => change([entry])),
  Buffer: text => [Buffer.from(text)],
};

/** What other parameters are given, by name. */
const GIVEN: Record<string, unknown> = {
  secrets: ['a secret of ours', 'short'],
  ran: { root: '/work', directory: '', goModule: 'host.example/module' },
  most: { lines: 200, bytes: 60_000 },
  bytes: 60_000,
  place: 'issue',
  open: new Map([['b', 3]]),
  structured: { summary: 'a' },
  path: 'test/a.test.ts',
  language: 'javascript',
  argv: ['npm', 'test'],
  patterns: ['a*a*b', '**/a/**/b'],
  isNew: true,
  isFirst: true,
  isOurs: () => true,
  file: 'gatehouse.yml',
  characters: '. ',
  status: null,
  errorName: 'unknown',
  limits: { keysOnce: true },
  first: /a/,
  second: /b/,
  redact: (text: string) => text.replaceAll('a', 'b'),
};

/** Files of each kind that some detector reads. */
const PATHS = [
  'test/a.test.ts',
  'tests/test_a.py',
  'a_test.go',
  'tests/a.rs',
  'spec/a_spec.rb',
  'src/test/java/ATest.java',
  'package.json',
  'Makefile',
  'scripts/check.sh',
  '.github/workflows/ci.yml',
  'jest.config.js',
];

function entry(path: string, before: string | null, after: string | null): TreeEntry {
  const mode = (text: string | null) => (text === null ? ('000000' as const) : ('100644' as const));
  const blob = (text: string | null, name: string) => (text === null ? null : name.repeat(40));
  return {
    path,
    from: null,
    status: before === null ? 'added' : 'modified',
    mode: { before: mode(before), after: mode(after) },
    blob: { before: blob(before, 'a'), after: blob(after, 'b') },
    size: { before: before?.length ?? 0, after: after?.length ?? 0 },
    lines: { added: 1, removed: 1 },
    binary: false,
    text: { before, after },
  };
}

const entries = (text: string): TreeEntry[] => [
  ...PATHS.map(path => entry(path, null, text)),
  entry('test/a.test.ts', text, `${text}x`),
  entry('test/a.test.ts', text, rewritten(text)),
  // A name in a tree of git may be as long as it likes.
  entry(text, null, 'a\n'),
];

/** Each line says nearly the same in another order, of another function. */
const rewritten = (text: string): string =>
  text.replaceAll('f(', 'g(').replace(/[^\n]+/g, line => {
    const [last, ...others] = (line.match(/'[^'\n]*'/g) ?? []).reverse();
    const values = [last?.replace("'", "'x"), ...others];
    return line.replace(/'[^'\n]*'/g, () => values.shift() ?? '');
  });

const change = (all: TreeEntry[]): Change => ({
  parent: 'c'.repeat(40),
  tree: 'd'.repeat(40),
  entries: all,
});

export type Call = () => unknown;

/** Calls of the function with the text; `null` where nothing here says how it is called. */
export function callsOf(
  { parameters }: DeclaredFunction,
  value: unknown,
  text: string,
): Call[] | null {
  if (typeof value !== 'function') return null;
  const [first, ...rest] = parameters;
  // A function that makes a reader of lines.
  if (!first) return readerCalls(value(), text);
  if (first.name === 'isOurs') return readerCalls(value(GIVEN.isOurs), text);
  const feeds = BY_TYPE[first.type];
  const others = rest.filter(({ optional }) => !optional);
  if (!feeds || others.some(other => !(other.name in GIVEN) && other.type !== 'string'))
    return null;
  const given = others.map(other => GIVEN[other.name] ?? text);
  return feeds(text).map(each => () => value(each, ...given));
}

function readerCalls(reader: unknown, text: string): Call[] | null {
  if (typeof reader === 'function')
    return [() => reader(text), () => text.split('\n').map(line => reader(line))];
  if (typeof reader !== 'object' || reader === null || !('line' in reader)) return null;
  const { line } = reader as { line: (text: string) => unknown };
  return [() => line(text), () => text.split('\n').map(each => line(each))];
}
