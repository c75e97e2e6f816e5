/**
 * Takes out of an index what a run did not change. Git stores a file as its attributes say, so one
 * that was committed otherwise would count as changed as soon as it is read again.
 */
import { lstat, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkTree } from '../../../engine/ports/workspace.ts';
import { isAttributes, restoreOverrides } from '../git/attributes.ts';
import { type GitOptions, git, records } from '../git/git.ts';

/** A tracked file that changed; `before` and `after` are its mode and blob, as git lists them. */
export type ChangedFile = { path: string; before: string; after: string };

/** Restores the entries of files whose bytes are those that were checked out. `touched`: what the run wrote. */
export async function restoreUnchanged(
  { dir, openedTree, workTree: layers }: { dir: string; openedTree: string; workTree: WorkTree },
  reading: GitOptions,
  touched: Iterable<string>,
): Promise<void> {
  const { index = '', workTree = '' } = reading;
  const changed = await changedFiles(dir, index, openedTree);
  const modified = changed.filter(
    ({ before, after }) => modeOf(before) === modeOf(after) && isRegular(before),
  );
  const upper = layers.kind === 'overlay' ? layers.upper : workTree;
  const bytes = (await areFiles(upper, modified))
    ? await hashFiles({ dir }, upper, modified)
    : await hashFiles(reading, workTree, modified);
  // What is stored as it is was not converted at the checkout either, unless the run says so now.
  const isNew = [...touched].some(isAttributes);
  const converted = modified.filter(({ after }, at) => isNew || !after.endsWith(` ${bytes[at]}`));
  if (converted.length === 0) return;
  const opened = join(dir, 'opened.index');
  const copies = join(dir, 'checked-out');
  const nothing = join(dir, 'nothing');
  // Reading the same work once more finds what a failed reading left.
  for (const path of [opened, copies, nothing]) await rm(path, { recursive: true, force: true });
  await mkdir(copies);
  await restoreOverrides(dir);
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
  await restore(dir, index, same);
  for (const path of [opened, copies, nothing]) await rm(path, { recursive: true });
}

const modeOf = (entry: string): string => entry.slice(0, entry.indexOf(' '));
export const isRegular = (entry: string): boolean => entry.startsWith('100');

/** Restores the entries of files that are as an install left them before the run. */
export async function restoreInstalled(
  dir: string,
  index: string,
  installed: readonly ChangedFile[],
): Promise<void> {
  if (installed.length === 0) return;
  const listed = records(await git(['ls-files', '--stage', '-z'], { dir, index }), 'latin1');
  // An entry is "<mode> <blob> <stage>\t<path>".
  const now = new Map(
    listed.map(entry => [entry.slice(entry.indexOf('\t') + 1), entry.split(' ', 2).join(' ')]),
  );
  await restore(
    dir,
    index,
    installed.filter(({ path, after }) => now.get(path) === after),
  );
}

async function restore(dir: string, index: string, files: readonly ChangedFile[]): Promise<void> {
  const input = latin1(files.map(({ before, path }) => `${before}\t${path}\0`));
  await git(['update-index', '-z', '--index-info'], { dir, index, input });
}

/** Tracked files that differ between the tree and the index, and are in both. */
export async function changedFiles(
  dir: string,
  index: string,
  tree: string,
): Promise<ChangedFile[]> {
  const args = ['diff-index', '--cached', '--raw', '-z', '--no-abbrev', '--no-renames', tree];
  const fields = records(await git(args, { dir, index }), 'latin1');
  const changed: ChangedFile[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [mode = '', after = '', from = '', to = ''] = (fields[at] ?? '').slice(1).split(' ');
    const path = fields[at + 1] ?? '';
    // Git reads lists of paths by lines.
    const isInBoth = mode !== '000000' && after !== '000000';
    if (isInBoth && !path.includes('\n'))
      changed.push({ path, before: `${mode} ${from}`, after: `${after} ${to}` });
  }
  return changed;
}

/** More files than this are looked for by git. */
const MOST_LOOKED_FOR = 1_000;

/** Whether all are in the folder itself: then nothing has to be mounted to read them. */
async function areFiles(folder: string, files: readonly ChangedFile[]): Promise<boolean> {
  if (files.length > MOST_LOOKED_FOR) return false;
  const found = await Promise.all(
    files.map(({ path }) =>
      lstat(Buffer.concat([Buffer.from(`${folder}/`), latin1([path])])).catch(() => null),
    ),
  );
  return found.every(one => one?.isFile());
}

/** The name that each file's bytes would have as a blob. */
async function hashFiles(
  reading: GitOptions,
  folder: string,
  files: readonly ChangedFile[],
): Promise<string[]> {
  if (files.length === 0) return [];
  const input = Buffer.concat(
    files.flatMap(({ path }) => [Buffer.from(`${folder}/`), latin1([`${path}\n`])]),
  );
  const hashes = await git(['hash-object', '--no-filters', '--stdin-paths'], { ...reading, input });
  return hashes.toString().split('\n').slice(0, -1);
}

const latin1 = (parts: readonly string[]): Buffer => Buffer.from(parts.join(''), 'latin1');
