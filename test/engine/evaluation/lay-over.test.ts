/** Hidden files are laid over a tree that an agent wrote, and nowhere else. */
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { layOver } from '../../../src/engine/evaluation/lay-over.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gh-lay-'));
  await mkdir(join(folder, 'tree'));
  await mkdir(join(folder, 'outside'));
});
afterEach(() => rm(folder, { recursive: true }));

const file = (path: string, executable = false) => ({
  path,
  content: Buffer.from('hidden'),
  executable,
});

it('replaces what stands there, and makes the folders', async () => {
  const tree = join(folder, 'tree');
  await writeFile(join(tree, 'a.js'), 'before');
  await layOver(tree, [file('a.js'), file('test/deep/b.js', true)]);
  expect(await readFile(join(tree, 'a.js'), 'utf8')).toBe('hidden');
  const { mode } = await lstat(join(tree, 'test/deep/b.js'));
  expect(mode & 0o777).toBe(0o755);
});

it('follows no link of the tree, be it a folder or a file', async () => {
  const tree = join(folder, 'tree');
  const outside = join(folder, 'outside');
  await writeFile(join(outside, 'kept'), 'kept');
  await symlink(outside, join(tree, 'test'));
  await symlink(join(outside, 'kept'), join(tree, 'a.js'));
  await symlink(join(outside, 'nothing'), join(tree, 'b.js'));
  await layOver(tree, [file('test/x.js'), file('a.js'), file('b.js')]);
  expect(await readdir(outside)).toEqual(['kept']);
  expect(await readFile(join(outside, 'kept'), 'utf8')).toBe('kept');
  expect(await readFile(join(tree, 'test/x.js'), 'utf8')).toBe('hidden');
});

it('makes a folder where the agent left a file of that name', async () => {
  const tree = join(folder, 'tree');
  await writeFile(join(tree, 'test'), 'a file');
  await layOver(tree, [file('test/x.js')]);
  expect(await readFile(join(tree, 'test/x.js'), 'utf8')).toBe('hidden');
});
