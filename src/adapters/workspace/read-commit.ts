/** Reads files and differences of commits, without a checkout. */
import { createAnswerCache } from '../../core/bounded-cache.ts';
import type { Change } from '../../core/change.ts';
import { nameMatches } from '../../core/file-name.ts';
import type { FolderEntry } from '../../engine/ports/workspace.ts';
import { readBlobs } from './blobs.ts';
import { changeBetween } from './change.ts';
import { differingFiles } from './differing-files.ts';
import { fetchContents } from './fetch-changed.ts';
import { git, records, treeOf, tryGit } from './git.ts';
import { withContents } from './git-limits.ts';
import { mirrorWithCommit, mirrorWithFiles } from './mirror.ts';
import type { RepositorySource } from './remote-access.ts';
import type { WorkspaceSettings } from './settings.ts';

/** A file's content; `null` where the path is no regular file, as a link or folder. */
export async function readFileAt(
  settings: WorkspaceSettings,
  { source, commit, path }: { source: RepositorySource; commit: string; path: string },
  most?: number,
): Promise<Buffer | null> {
  // No tree has such a path, and git would fail on it.
  if (path === '' || path.startsWith('/') || path.split('/').includes('..')) return null;
  // Whoever reads one file of a commit soon reads others: they are fetched at once.
  const dir = await mirrorWithFiles(settings, source, commit);
  const found = await git(['ls-tree', '-z', '--full-tree', commit, '--', path], { dir });
  for (const entry of records(found)) {
    const [mode = '', , sha = ''] = entry.slice(0, entry.indexOf('\t')).split(' ');
    if (entry.slice(entry.indexOf('\t') + 1) === path && mode.startsWith('100'))
      return most === undefined
        ? ((await readBlobs(dir, [sha])).get(sha) ?? null)
        : git(['cat-file', 'blob', sha], { dir, most });
  }
  return null;
}

const KINDS: Readonly<Record<string, FolderEntry['kind']>> = {
  '100644': 'file',
  '100755': 'file',
  '120000': 'link',
  '040000': 'folder',
  '160000': 'submodule',
};

/** The entries of a folder, without those of the folders in it. */
export async function listFolderAt(
  settings: WorkspaceSettings,
  source: RepositorySource,
  commit: string,
  folder: string,
): Promise<FolderEntry[]> {
  if (folder.startsWith('/') || folder.split('/').includes('..')) return [];
  const dir = await mirrorWithCommit(settings, source, commit);
  const within = folder === '' ? [] : ['--', `${folder}/`];
  const found = await git(['ls-tree', '-z', '--full-tree', commit, ...within], { dir });
  return records(found).map(entry => {
    const [mode = ''] = entry.split(' ', 1);
    const path = entry.slice(entry.indexOf('\t') + 1);
    // Trees of old tools have other modes of files, such as 100664.
    const kind = KINDS[mode] ?? (mode.startsWith('100') ? 'file' : 'other');
    return { name: path.slice(path.lastIndexOf('/') + 1), kind };
  });
}

/** More are never of use: detection looks for the first test, and for the manifests. */
const MOST_FOUND = 20_000;

/** Paths of the regular files, anywhere, whose names match. */
export async function findFilesAt(
  settings: WorkspaceSettings,
  source: RepositorySource,
  commit: string,
  names: readonly string[],
): Promise<string[]> {
  const dir = await mirrorWithCommit(settings, source, commit);
  const entries = records(await git(['ls-tree', '-r', '-z', '--full-tree', commit], { dir }));
  return entries
    .filter(entry => entry.startsWith('100'))
    .map(entry => entry.slice(entry.indexOf('\t') + 1))
    .filter(path => nameMatches(path, names))
    .slice(0, MOST_FOUND);
}

/** The paths of that change, by their names alone; `null` where they are more than a change may have. */
export async function changedPaths(
  settings: WorkspaceSettings,
  source: RepositorySource,
  base: string,
  head: string,
): Promise<string[] | null> {
  const { dir, parent } = await mirrorWithBoth(settings, source, base, head);
  const { limits } = settings;
  const { files, beyond } = await differingFiles({ dir, limits }, parent, head);
  return beyond ? null : files.map(({ path }) => path);
}

/** The mirror with both commits, and the commit where they parted. */
async function mirrorWithBoth(
  settings: WorkspaceSettings,
  source: RepositorySource,
  base: string,
  head: string,
): Promise<{ dir: string; parent: string }> {
  await mirrorWithCommit(settings, source, base);
  const dir = await mirrorWithCommit(settings, source, head);
  const common = await tryGit(['merge-base', base, head], { dir });
  return { dir, parent: common.exitCode === 0 ? common.stdout.toString().trim() : base };
}

/** The change from the merge base to `head`: what merging `head` into `base` would bring. */
export async function compareCommits(
  settings: WorkspaceSettings,
  source: RepositorySource,
  base: string,
  head: string,
): Promise<Change> {
  const key = `${settings.stateDir} ${source.repository.id} ${base} ${head}`;
  return comparisons.get(key, async () => {
    const { dir, parent } = await mirrorWithBoth(settings, source, base, head);
    const [before, after] = [await treeOf(dir, parent), await treeOf(dir, head)];
    const { limits } = settings;
    const { files } = await differingFiles({ dir, limits }, before, after);
    await fetchContents(settings, dir, source, files);
    return changeBetween({ dir, limits }, parent, before, after);
  });
}

/** That change as git prints it. */
export async function diffCommits(
  settings: WorkspaceSettings,
  source: RepositorySource,
  { base, head, most }: { base: string; head: string; most: number },
): Promise<Buffer> {
  const { dir, parent } = await mirrorWithBoth(settings, source, base, head);
  const [before, after] = [await treeOf(dir, parent), await treeOf(dir, head)];
  const { limits } = settings;
  const { files } = await differingFiles({ dir, limits }, before, after);
  await fetchContents(settings, dir, source, files);
  const printed = ['diff-tree', '-r', '-p', '-M', '--full-index', '--no-ext-diff', '--no-textconv'];
  return git([...printed, before, after], { dir, limits: withContents(limits), most });
}

/** A merge gate repeats its own comparison. All that are kept take about this many bytes. */
const comparisons = createAnswerCache<string, Change>(100, undefined, {
  of: bytesOf,
  most: 64 * 1024 * 1024,
});

/** What is beside the texts of an entry takes about a kilobyte. */
function bytesOf({ entries }: Change): number {
  const textOf = ({ text }: Change['entries'][number]) =>
    (text.before?.length ?? 0) + (text.after?.length ?? 0);
  return entries.reduce((sum, entry) => sum + textOf(entry) + 1_000, 0);
}
