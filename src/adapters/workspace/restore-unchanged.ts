/**
 * Takes out of an index what a run did not change. Git stores a file as its attributes say, so one
 * that was committed otherwise would count as changed as soon as it is read again.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunCheckout } from './collect.ts';
import { type GitOptions, git, records } from './git.ts';

type Modified = { mode: string; blob: { before: string; after: string }; path: string };

/** Restores the entries of files whose bytes are those that were checked out. */
export async function restoreUnchanged(
  { dir, openedTree }: RunCheckout,
  reading: GitOptions,
): Promise<void> {
  const { index = '', workTree = '' } = reading;
  const modified = await modifiedFiles(dir, index, openedTree);
  const bytes = await hashFiles(reading, workTree, modified);
  const converted = modified.filter(({ blob }, at) => bytes[at] !== blob.after);
  if (converted.length === 0) return;
  const opened = join(dir, 'opened.index');
  const copies = join(dir, 'checked-out');
  const nothing = join(dir, 'nothing');
  await mkdir(copies);
  // The opened tree's own attributes count: without files beside it, git takes them from the index.
  await mkdir(nothing);
  await git(['read-tree', openedTree], { dir, index: opened });
  await git(['checkout-index', '-z', '--stdin', `--prefix=${copies}/`], {
    dir,
    index: opened,
    workTree: nothing,
    input: latin1(converted.map(({ path }) => `${path}\0`)),
  });
  const [now, before] = [
    await hashFiles(reading, workTree, converted),
    await hashFiles({ dir }, copies, converted),
  ];
  const same = converted.filter((_, at) => now[at] === before[at]);
  const entries = same.map(({ mode, blob, path }) => `${mode} ${blob.before}\t${path}\0`);
  await git(['update-index', '-z', '--index-info'], { dir, index, input: latin1(entries) });
  for (const path of [opened, copies, nothing]) await rm(path, { recursive: true });
}

/** Regular files that differ between the tree and the index in their content alone. */
async function modifiedFiles(dir: string, index: string, tree: string): Promise<Modified[]> {
  const args = ['diff-index', '--cached', '--raw', '-z', '--no-abbrev', '--no-renames', tree];
  const fields = records(await git(args, { dir, index }), 'latin1');
  const modified: Modified[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [mode = '', after = '', from = '', to = ''] = (fields[at] ?? '').slice(1).split(' ');
    const path = fields[at + 1] ?? '';
    // Git reads lists of paths by lines.
    if (mode === after && mode.startsWith('100') && !path.includes('\n'))
      modified.push({ mode, blob: { before: from, after: to }, path });
  }
  return modified;
}

/** The name that each file's bytes would have as a blob. */
async function hashFiles(
  reading: GitOptions,
  folder: string,
  files: readonly Modified[],
): Promise<string[]> {
  if (files.length === 0) return [];
  const input = Buffer.concat(
    files.flatMap(({ path }) => [Buffer.from(`${folder}/`), latin1([`${path}\n`])]),
  );
  const hashes = await git(['hash-object', '--no-filters', '--stdin-paths'], { ...reading, input });
  return hashes.toString().split('\n').slice(0, -1);
}

const latin1 = (parts: readonly string[]): Buffer => Buffer.from(parts.join(''), 'latin1');
