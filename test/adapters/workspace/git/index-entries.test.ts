/** An index is read as git reads it, whatever its files are called, and git reads what is said in it anew. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, records } from '../../../../src/adapters/workspace/git/git.ts';
import {
  entriesOf,
  type HowRead,
  readAs,
} from '../../../../src/adapters/workspace/git/index-entries.ts';
import { createGitDir } from '../../../../src/adapters/workspace/mirror/mirror.ts';
import { temporaryFolder } from '../../sandbox/temporary-folder.ts';

const LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 200, 4_094, 4_095, 4_096, 5_000];
const PATHS = [...LENGTHS.map(length => 'n'.repeat(length)), 'a/\xff', 'a\nb', 'a b/c'];

test('names of every length, and which are assumed to be unchanged', async () => {
  const dir = join(await temporaryFolder(), 'git');
  const index = join(dir, 'test.index');
  await createGitDir(dir, []);
  const blob = (await git(['hash-object', '-w', '--stdin'], { dir, input: 'x' })).toString().trim();
  const input = Buffer.from(PATHS.map(path => `100644 ${blob}\t${path}\0`).join(''), 'latin1');
  await git(['update-index', '-z', '--index-info'], { dir, index, input });
  const bytes = await readFile(index);
  expect([...entriesOf(bytes)].map(({ path }) => path)).toEqual([...PATHS].sort());
  const how = (path: string): HowRead =>
    path.startsWith('a') ? 'assume' : path.length > 4_094 ? 'read' : 'compare';
  await writeFile(index, readAs(bytes, how));
  const listed = records(await git(['ls-files', '-v', '-z'], { dir, index }), 'latin1');
  expect(listed).toEqual(
    [...PATHS].sort().map(path => `${how(path) === 'assume' ? 'h' : 'H'} ${path}`),
  );
  // Git checks the digest at the end where it is asked to.
  await git(['--git-dir', dir, 'fsck', '--cache'], { dir, index });
  expect(() => [...entriesOf(Buffer.from('DIRC\0\0\0\x04\0\0\0\0'))]).toThrow('version 2');
});
