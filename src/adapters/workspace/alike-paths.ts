/** The names beside those that a change adds, of which some file system can hold only one. */
import { type Alike, alikeNames } from '../../core/alike-names.ts';
import type { TreeEntry } from '../../core/change.ts';
import type { GitDirectory } from './differing-files.ts';
import { gitOnce, records } from './git.ts';

/** Folders whose names are given to one command. */
const AT_ONCE = 500;
/** More names than these are not compared. */
const LISTED_BYTES = 16 * 1024 * 1024;

export async function alikePaths(
  { dir, limits }: GitDirectory,
  tree: string,
  entries: readonly Pick<TreeEntry, 'path' | 'status'>[],
): Promise<Alike[]> {
  const added = entries
    .filter(({ status }) => status === 'added' || status === 'renamed')
    .map(({ path }) => path);
  if (added.length === 0) return [];
  const folders = [...new Set(added.flatMap(foldersOf))];
  const list = async (...of: string[]) =>
    records(
      await gitOnce(['ls-tree', '-z', '--name-only', '--full-tree', tree, '--', ...of], {
        dir,
        limits,
        most: LISTED_BYTES,
      }),
    );
  const names = await list();
  for (let at = 0; at < folders.length; at += AT_ONCE)
    for (const name of await list(...folders.slice(at, at + AT_ONCE))) names.push(name);
  return alikeNames(added, names);
}

/** Every folder above the path, as git lists what is in it. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => `${parts.slice(0, at + 1).join('/')}/`);
}
