/** Diffs of real git, cut into files and parts, as people are shown them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseDiff } from 'react-diff-view';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Noted } from '../../../src/core/finding.ts';
import { MARKS, shownText } from '../../../src/core/text/shown-text.ts';
import { indexOf } from '../../../src/patch/diff/diff-index.ts';
import { PART_LINES, splitDiff } from '../../../src/patch/diff/split-diff.ts';

const marked = (code: string) => `${MARKS.begin}U+${code}${MARKS.end}`;
const lines = (count: number, word = 'line') =>
  Array.from({ length: count }, (_, n) => `${word} ${n}\n`).join('');

const BEFORE: Record<string, string | Buffer> = {
  'src/a.js': lines(40),
  'src/old name.js': lines(30, 'moved'),
  'long.txt': lines(5_000),
  gone: 'diff --git a/x b/x\n@@ -1 +1 @@\n',
  'no-end': 'one\ntwo',
  'picture.bin': Buffer.from([0, 1, 2, 3]),
  'tab\t"quoted" é.txt': 'was\n',
};
const AFTER: Record<string, string | Buffer> = {
  'src/a.js': lines(40).replace('line 3\n', 'line three\n').replace('line 35\n', ''),
  'src/new name.js': lines(30, 'moved').replace('moved 9\n', 'moved nine\n'),
  'long.txt': lines(5_000, 'other'),
  'no-end': 'one\nthree',
  'picture.bin': Buffer.from([0, 1, 2, 4]),
  'tab\t"quoted" é.txt': 'is\n',
  'package-lock.json': '{}\n',
  added: 'a\u202eb\n',
};

let folder: string;
let text: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gh-diff-'));
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'core.quotePath=false', '-c', 'user.name=t', '-c', 'user.email=t@t', ...args],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
  const write = (files: Record<string, string | Buffer>) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
  };
  git('init', '-q');
  write(BEFORE);
  git('add', '-A');
  git('commit', '-qm', 'before');
  renameSync(join(folder, 'src/old name.js'), join(folder, 'src/new name.js'));
  rmSync(join(folder, 'gone'));
  write(AFTER);
  git('add', '-A');
  text = git('diff', '--cached', '-M', '--full-index');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a diff that is cut', () => {
  it('names each file as git has it, and what becomes of it', () => {
    const told = splitDiff(text).map(({ path, from, status, binary, added, removed }) => [
      path,
      status,
      from,
      binary,
      added,
      removed,
    ]);
    expect(told).toEqual([
      ['added', 'added', null, false, 1, 0],
      ['gone', 'deleted', null, false, 0, 2],
      ['long.txt', 'modified', null, false, 5000, 5000],
      ['no-end', 'modified', null, false, 1, 1],
      ['package-lock.json', 'added', null, false, 1, 0],
      ['picture.bin', 'modified', null, true, 0, 0],
      ['src/a.js', 'modified', null, false, 1, 2],
      ['src/new name.js', 'renamed', 'src/old name.js', false, 1, 1],
      ['tab\t"quoted" é.txt', 'modified', null, false, 1, 1],
    ]);
  });

  it('has every line once, with its number, in parts that are read alone', () => {
    for (const { path, parts } of splitDiff(text)) {
      const changes = parts.flatMap(part => {
        expect(part.split('\n').length).toBeLessThan(PART_LINES + 20);
        return parseDiff(part).flatMap(({ hunks }) => hunks.flatMap(hunk => hunk.changes));
      });
      const told = (source: Record<string, string | Buffer>, side: 'delete' | 'insert') => {
        const whole = source[path] ?? source['src/old name.js'];
        if (whole === undefined || typeof whole !== 'string') return;
        const all = whole.split('\n');
        for (const change of changes) {
          if (change.type !== side) continue;
          expect([path, change.content]).toEqual([path, all[change.lineNumber - 1]]);
        }
      };
      told(AFTER, 'insert');
      told(BEFORE, 'delete');
    }
  });

  it('of a patch of 50,000 lines is cut within a moment, and no part takes long to read', () => {
    const long = `diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1,50000 @@\n${lines(50_000).replaceAll(/^/gm, '+').slice(0, -1)}`;
    const [file] = splitDiff(long);
    expect(file).toMatchObject({ added: 50_000, status: 'added', path: 'x' });
    expect(file?.parts).toHaveLength(50);
    const last = parseDiff(file?.parts.at(-1) ?? '')
      .at(0)
      ?.hunks.at(-1)
      ?.changes.at(-1);
    expect(last).toMatchObject({ type: 'insert', lineNumber: 50_000, content: 'line 49999' });
  });
});

describe('the files of a diff', () => {
  const noted = (path: string, reason: string): Noted => ({ kind: 'lockfile', path, reason });

  it('stand in the order in which they are looked at, with what was found at its lines', () => {
    const files = indexOf(splitDiff(text), [
      noted('src/a.js', 'Line 4 holds what looks like a secret (key).'),
      noted('src/old name.js', 'It runs on each push.'),
      noted('', 'The change is large.'),
    ]);
    expect(files.map(({ path }) => path)).toEqual([
      'src/a.js',
      'src/new name.js',
      'added',
      'gone',
      'long.txt',
      'no-end',
      'picture.bin',
      'tab\t"quoted" é.txt',
      'package-lock.json',
    ]);
    expect(files[0]?.findings).toEqual([
      { kind: 'lockfile', reason: expect.stringMatching(/^Line 4/), line: 4 },
    ]);
    expect(files[1]?.findings).toMatchObject([{ line: null }]);
    expect(files.at(-1)).toMatchObject({ generated: true, file: 4 });
  });
});

describe('characters that are not seen', () => {
  it.each([
    ['a\u202eb', `a${marked('202E')}b`],
    ['a\u200bb\u2066', `a${marked('200B')}b${marked('2066')}`],
    ['\x1b[31mred', `${marked('001B')}[31mred`],
    ['a\rb\r\n', `a${marked('000D')}b\r\n`],
    [MARKS.begin, marked('E000')],
    ['tab\there — é 漢 👩‍💻', 'tab\there — é 漢 👩‍💻'],
  ])('%j are shown by their numbers', (text, shown) => {
    expect(shownText(text)).toBe(shown);
  });
});

it('reads a name of a megabyte, which no disk would hold', () => {
  const name = '\u00e9'.repeat(500_000);
  const [file] = splitDiff(`diff --git "a/${name}" "b/${name}"\nnew file mode 100644\n`);
  expect(file?.path).toBe(name);
});

it('reads a hunk with more notes than a call takes arguments', () => {
  const notes = '\\ No newline at end of file\n'.repeat(150_000);
  const [file] = splitDiff(`diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+a\n${notes}`);
  expect(file?.parts).toHaveLength(1);
});
