/** What ends a command says in words which file is meant, and what PostgreSQL said in one line. */
import { expect, it } from 'vitest';
import { lastWords } from '../../src/adapters/store/embedded/server-words.ts';
import { problemInWords } from '../../src/cli/problem.ts';
import { threadTime } from '../thread-time.ts';

it.each([
  ["ENOENT: no such file or directory, open '/nope'", 'there is no file or folder /nope'],
  ["EACCES: permission denied, mkdir '/x/state'", 'this user may not use /x/state'],
  ["EROFS: read-only file system, mkdir '/ro/state'", 'nothing can be written at /ro/state: its'],
  ["ENOENT: no such file or directory, mkdir '/ro/state'", "the folder /ro/state can't be made"],
  ["ENOTDIR: not a directory, mkdir '/file/a'", 'a part of /file/a is a file, not a folder'],
  ["ENOSPC: no space left on device, rename '/a' -> '/b'", 'no space is left on the disk of /a'],
  ["/nope can't be read: ENOENT: no such file or directory, scandir '/nope'", '/nope can'],
  ["ELOOP: too many symbolic links encountered, stat '/a'", "encountered, stat '/a'"],
  ['It is denied.', 'It is denied.'],
])('%s', (message, words) => {
  const said = problemInWords(new Error(message));
  expect(said).toContain(words);
  if (!message.startsWith('ELOOP')) expect(said).not.toMatch(/ENO|EROFS|EACC|\n/);
});

it('steers no terminal: files of others may hold what the message names', () => {
  const message = 'e.jsonl: line 1: Unrecognized key: "\x1b]0;owned\x07\u202egnp"\n\tand more';
  expect(problemInWords(new Error(message))).toBe(
    'e.jsonl: line 1: Unrecognized key: " ]0;owned  gnp"\n\tand more',
  );
});

it('is read in linear time', () => {
  const message = "ENOENT: no such file, open '".repeat(50_000);
  expect(threadTime(() => problemInWords(message))).toBeLessThan(1_000);
});

it.each([
  [
    'creating subdirectories ... ok\nrunning bootstrap script ... 2026-11-29 05:00:00.000 UTC [7] FATAL:  could not write to file "pg_wal/x": No space left on device\nchild process exited with exit code 1\ninitdb: removing data directory "/x"\n',
    'FATAL:  could not write to file "pg_wal/x": No space left on device',
  ],
  [
    'LOG:  starting\n2026-11-29 UTC [7] FATAL:  database files are incompatible with server\n2026-11-29 UTC [7] DETAIL:  It was initialized by version 12.\n',
    'FATAL:  database files are incompatible with server DETAIL:  It was initialized by version 12.',
  ],
  [
    'initdb: error: could not create directory "/x"\n',
    'initdb: error: could not create directory "/x"',
  ],
  ['one\n two \n\n', 'two'],
  ['', ''],
])('%j', (output, words) => expect(lastWords(output)).toBe(words));
