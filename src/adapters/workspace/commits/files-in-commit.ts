/** Files and folders of a commit, read from a git directory that has it. */
import type { FolderEntry } from '../../../engine/ports/workspace.ts';
import { readBlobs } from '../git/blobs.ts';
import { gitOnce, records } from '../git/git.ts';

/** A file's content; `null` where the path is no regular file, as a link or folder. */
export async function fileIn(
  dir: string,
  { commit, path, most }: { commit: string; path: string; most: number | undefined },
): Promise<Buffer | null> {
  // No tree has such a path, and git would fail on it.
  if (path === '' || path.startsWith('/') || path.split('/').includes('..')) return null;
  const entries = await entriesOf(dir, commit, path.slice(0, path.lastIndexOf('/') + 1));
  const file = entries.find(entry => entry.path === path);
  if (!file?.mode.startsWith('100')) return null;
  if (most !== undefined) return gitOnce(['cat-file', 'blob', file.sha], { dir, most });
  return (await readBlobs(dir, [file.sha])).get(file.sha) ?? null;
}

/** The entries of a folder, without those of the folders in it; of the root where it is empty. */
export async function folderIn(
  dir: string,
  commit: string,
  folder: string,
): Promise<FolderEntry[]> {
  if (folder.startsWith('/') || folder.split('/').includes('..')) return [];
  const entries = await entriesOf(dir, commit, folder === '' ? '' : `${folder}/`);
  return entries.map(({ mode, path }) => {
    // Trees of old tools have other modes of files, such as 100664.
    const kind = KINDS[mode] ?? (mode.startsWith('100') ? 'file' : 'other');
    return { name: path.slice(path.lastIndexOf('/') + 1), kind };
  });
}

const KINDS: Readonly<Record<string, FolderEntry['kind']>> = {
  '100644': 'file',
  '100755': 'file',
  '120000': 'link',
  '040000': 'folder',
  '160000': 'submodule',
};

/** The entries of a folder, whose name ends with a slash; those of the root where it is empty. */
async function entriesOf(
  dir: string,
  commit: string,
  folder: string,
): Promise<{ mode: string; sha: string; path: string }[]> {
  const within = folder === '' ? [] : ['--', folder];
  const found = await gitOnce(['ls-tree', '-z', '--full-tree', commit, ...within], { dir });
  return records(found).map(entry => {
    const [mode = '', , sha = ''] = entry.slice(0, entry.indexOf('\t')).split(' ');
    return { mode, sha, path: entry.slice(entry.indexOf('\t') + 1) };
  });
}
