/** Merges two commits in memory: the tree of the merge, and the files in which they conflict. */
import { WorkspaceRefused } from '../../../engine/ports/workspace.ts';
import { blobsOf, differingFiles, type GitDirectory } from '../git/differing-files.ts';
import { records, tryGit, tryGitOnce } from '../git/git.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { fetchContents } from '../mirror/fetch-changed.ts';
import { mirrorWithCommit } from '../mirror/mirror.ts';
import type { RepositorySource } from '../mirror/remote-access.ts';

type MergedTree = {
  tree: string;
  /** Paths of files whose content in the tree is marked, or is one side's, because the two conflict. */
  conflicts: string[];
};

/**
 * The base goes on without us: a formatter or an update of what a repository vendors changes many more
 * files than a change may have, and none of them is read that both sides have not changed.
 */
const MERGE_LIMITS = { files: 50_000, pathBytes: 16 * 1024 * 1024 };

/** `theirs` merged into `ours`; `null` where they share no history, because git merges no such two. */
export async function mergeTrees(
  settings: WorkspaceSettings,
  source: RepositorySource,
  ours: string,
  theirs: string,
): Promise<MergedTree | null> {
  await mirrorWithCommit(settings, source, ours);
  const dir = await mirrorWithCommit(settings, source, theirs);
  const compared = await comparedToMerge(dir, ours, theirs);
  if (compared.length === 0) return null;
  const { limits } = settings;
  const changed: string[] = [];
  for (const [before, after] of compared) {
    const { files, beyond } = await differingFiles({ dir, limits }, before, after, MERGE_LIMITS);
    if (beyond) throw new WorkspaceRefused(`The merge is too large. ${beyond.reason}`);
    changed.push(...blobsOf(files));
  }
  await fetchContents(settings, dir, source, changed);
  return mergeInMemory({ dir, limits }, ours, theirs);
}

/** The same; also `null` where the merge is too large to be made here. */
export const mergeWithinLimits = (
  ...merge: Parameters<typeof mergeTrees>
): Promise<MergedTree | null> =>
  mergeTrees(...merge).catch(error => {
    if (error instanceof WorkspaceRefused) return null;
    throw error;
  });

/** Of two commits whose contents are there. Their names are those of the sides in the marks. */
export async function mergeInMemory(
  reading: GitDirectory,
  ours: string,
  theirs: string,
): Promise<MergedTree> {
  const { exitCode, stdout, stderr } = await tryGit(
    ['merge-tree', '--write-tree', '--no-messages', '--name-only', '-z', ours, theirs],
    reading,
  );
  // 1 says that they conflict.
  if (exitCode > 1) throw new Error(`git merge-tree failed: ${stderr}`);
  const [tree = '', ...paths] = records(stdout);
  return { tree, conflicts: [...new Set(paths.filter(path => path !== ''))] };
}

/** None where the merge can't be made here: whoever merges it then sees them. */
export const conflictsBetween = async (
  settings: WorkspaceSettings,
  source: RepositorySource,
  base: string,
  head: string,
): Promise<string[]> => (await mergeWithinLimits(settings, source, head, base))?.conflicts ?? [];

/** Histories that cross more often than this are no one's work. */
const MOST_PAIRS = 64;

/** Two commits that are compared. */
type Compared = readonly [before: string, after: string];

/** What merging two commits compares: each with their bases, and those with one another's bases. */
async function comparedToMerge(dir: string, from: string, other: string): Promise<Compared[]> {
  const pairs: Compared[] = [];
  const merges: Compared[] = [[from, other]];
  for (const [one, another] of merges) {
    const found = await tryGitOnce(['merge-base', '--all', one, another], { dir });
    const [first = '', ...more] = found.stdout.toString().split('\n').filter(Boolean);
    for (const base of first === '' ? [] : [first, ...more])
      pairs.push([base, one], [base, another]);
    // Git first merges several bases with one another.
    if (pairs.length < MOST_PAIRS) for (const base of more) merges.push([first, base]);
  }
  return pairs;
}

/** The first and last lines of what git marks as a conflict. */
const MARKS = '^(<{7}|>{7}) ';
/** The system takes only so many arguments of a command. */
const PATHS_AT_ONCE = 200;

/** Of these paths those in whose files at the tree marks of a conflict are left. */
export async function markedFiles(dir: string, tree: string, paths: string[]): Promise<string[]> {
  const marked: string[] = [];
  for (let at = 0; at < paths.length; at += PATHS_AT_ONCE) {
    const some = paths.slice(at, at + PATHS_AT_ONCE);
    const args = ['grep', '-l', '-z', '--text', '-E', '-e', MARKS, tree, '--', ...some];
    const { exitCode, stdout, stderr } = await tryGit(args, { dir });
    // 1 says that there are none.
    if (exitCode > 1) throw new Error(`git grep failed: ${stderr}`);
    // Each is "<tree>:<path>".
    for (const found of records(stdout)) marked.push(found.slice(tree.length + 1));
  }
  return marked;
}
