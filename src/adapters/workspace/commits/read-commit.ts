/** Reads files and differences of commits, without a checkout. */
import type { Change } from '../../../core/change.ts';
import { nameMatches } from '../../../core/paths/file-name.ts';
import type { FolderEntry } from '../../../engine/ports/workspace.ts';
import { attributesFiles } from '../git/attributes.ts';
import { blobsOf, differingFiles } from '../git/differing-files.ts';
import { git, gitOnce, records, treeOf, tryGitOnce } from '../git/git.ts';
import { withContents } from '../git/git-limits.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { fetchContents } from '../mirror/fetch-changed.ts';
import { mirrorWithCommit, mirrorWithFiles } from '../mirror/mirror.ts';
import type { RepositorySource } from '../mirror/remote-access.ts';
import { changeBetween } from './change.ts';
import { fileIn, folderIn } from './files-in-commit.ts';

export async function readFileAt(
  settings: WorkspaceSettings,
  { source, commit, path }: { source: RepositorySource; commit: string; path: string },
  most?: number,
): Promise<Buffer | null> {
  // Whoever reads one file of a commit soon reads others: they are fetched at once.
  return fileIn(await mirrorWithFiles(settings, source, commit), { commit, path, most });
}

export async function listFolderAt(
  settings: WorkspaceSettings,
  source: RepositorySource,
  commit: string,
  folder: string,
): Promise<FolderEntry[]> {
  return folderIn(await mirrorWithCommit(settings, source, commit), commit, folder);
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
  const entries = records(await gitOnce(['ls-tree', '-r', '-z', '--full-tree', commit], { dir }));
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
  const [before, after] = [await treeOf(dir, parent), await treeOf(dir, head)];
  const { files, beyond } = await differingFiles({ dir, limits }, before, after);
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
  const common = await tryGitOnce(['merge-base', base, head], { dir });
  return { dir, parent: common.exitCode === 0 ? common.stdout.toString().trim() : base };
}

/** The change from the merge base to `head`: what merging `head` into `base` would bring. */
export async function compareCommits(
  settings: WorkspaceSettings,
  source: RepositorySource,
  base: string,
  head: string,
): Promise<Change> {
  const { dir, parent } = await mirrorWithBoth(settings, source, base, head);
  const [before, after] = [await treeOf(dir, parent), await treeOf(dir, head)];
  const { limits } = settings;
  const { files } = await differingFiles({ dir, limits }, before, after);
  const paths = files.map(({ path }) => path);
  const attributes = await attributesFiles({ dir, limits }, [before, after], paths);
  await fetchContents(settings, dir, source, [
    ...blobsOf(files),
    ...attributes.flat().map(({ sha }) => sha),
  ]);
  return changeBetween({ dir, limits }, parent, before, after);
}

/** The difference of two commits as git prints it. */
export async function diffCommits(
  settings: WorkspaceSettings,
  source: RepositorySource,
  { base, head, most }: { base: string; head: string; most: number },
): Promise<Buffer> {
  const { dir, parent } = await mirrorWithBoth(settings, source, base, head);
  const [before, after] = [await treeOf(dir, parent), await treeOf(dir, head)];
  const { limits } = settings;
  const { files } = await differingFiles({ dir, limits }, before, after);
  await fetchContents(settings, dir, source, blobsOf(files));
  const printed = ['diff-tree', '-r', '-p', '-M', '--full-index', '--no-ext-diff', '--no-textconv'];
  return git([...printed, before, after], { dir, limits: withContents(limits), most });
}
