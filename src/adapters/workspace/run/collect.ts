/** Collects what the sandbox left in a work tree as a tree, a change, a diff and a pack. */
import { copyFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type CollectedWork,
  WorkspaceRefused,
  type WorkTree,
  writableFolder,
} from '../../../engine/ports/workspace.ts';
import { filesPath, indexPath } from '../checkout/checkout.ts';
import {
  type ChangedFile,
  restoreInstalled,
  restoreUnchanged,
} from '../checkout/restore-unchanged.ts';
import { markedFiles } from '../commits/merge-tree.ts';
import { workOf } from '../commits/work-of.ts';
import { guardEncodings, MOST_NAMED, saysAttributes } from '../git/attributes.ts';
import { type GitOptions, git, gitLine, records, tryGit } from '../git/git.ts';
import { tryInTurn } from '../git/git-in-turn.ts';
import type { GitLimits } from '../git/git-limits.ts';
import type { WorkspaceQuota } from '../git/settings.ts';
import { type InspectedTree, inspectTree } from './inspect-tree.ts';
import { MERGED_TREE, overlayPrefix } from './overlay.ts';
import { isBelow, removeSubmodules } from './submodules.ts';

export type RunCheckout = {
  /** The run's git directory, outside every sandbox. */
  dir: string;
  /** What a git command that reads what the run left may use up. */
  limits: GitLimits;
  /** The commit that the work is based on, its tree, and the tree that was checked out. */
  parent: string;
  parentTree: string;
  openedTree: string;
  /** The files in which the merge that is worked on conflicts; none where it is no merge. */
  conflicts: string[];
  workTree: WorkTree;
  /** Tracked files that an install changed, as they were laid into the work tree. */
  installed: readonly ChangedFile[];
  /** The shared checkout below an overlay; `null` where there is none. */
  pristine: string | null;
};

/**
 * What a run left, safe to read, and how git reads it. Every reading of a work tree begins here: git
 * obeys repositories that it finds in one.
 */
export async function inspectWork(
  checkout: RunCheckout,
  quota: WorkspaceQuota,
): Promise<{ found: InspectedTree; reading: Reading }> {
  const root = writableFolder(checkout.workTree);
  const inspected = await inspectTree(root, quota);
  const reading = await readingOptions(checkout, inspected.paths);
  const repositories = await removeSubmodules(root, inspected.repositories, reading);
  return { found: { ...inspected, repositories }, reading };
}

/**
 * Options for git commands that read the work tree, with an index of the opened tree. Git trusts
 * time stamps only of files in an overlay's lower layer, which no agent can write: paths in
 * `touched` are read again, and a plain folder is read completely.
 */
async function readingOptions(checkout: RunCheckout, touched: Set<string>): Promise<Reading> {
  const { dir, limits, workTree, pristine } = checkout;
  const index = join(dir, 'collect.index');
  if (workTree.kind === 'folder' || pristine === null) {
    await rm(index, { force: true });
    await git(['read-tree', checkout.openedTree], { dir, index });
    return { dir, index, limits, workTree: writableFolder(workTree), readAgain: [] };
  }
  await copyFile(indexPath(pristine), index);
  return {
    dir,
    index,
    limits,
    readAgain: touched.size === 0 ? [] : await entriesAt(touched, { dir, index }),
    workTree: MERGED_TREE,
    settings: ['core.checkStat=minimal', 'core.trustctime=false'],
    commandPrefix: overlayPrefix('ro', [workTree.upper, filesPath(pristine)]),
  };
}

/** The entries of an index at these paths. */
async function entriesAt(paths: Set<string>, from: GitOptions): Promise<string[]> {
  const list = ['ls-files', '--stage', '-z', ...pathspecs(paths)];
  const entries = records(await git(list, from), 'latin1');
  return entries.filter(entry => paths.has(entry.slice(entry.indexOf('\t') + 1)));
}

/** The commands that bring an index to what the work tree has, with their input. */
export function takeChanges(
  how: '-A' | '-u',
  { readAgain, ...reading }: Reading,
): { commands: (readonly [string, ...string[]])[]; reading: GitOptions } {
  const add = ['git', 'add', how] as const;
  if (readAgain.length === 0) return { commands: [add], reading };
  const input = Buffer.from(readAgain.map(each => `${each}\0`).join(''), 'latin1');
  const forget = ['git', 'update-index', '-z', '--index-info'] as const;
  return { commands: [forget, add], reading: { ...reading, input } };
}

/** Few paths are named to git, which else lists every file; names that are no ASCII are bytes. */
const pathspecs = (paths: Set<string>): string[] => {
  const isFew = paths.size > 0 && paths.size <= MOST_NAMED;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are ASCII as well
  return isFew && [...paths].every(path => /^[\x01-\x7f]*$/.test(path)) ? ['--', ...paths] : [];
};

/** How git reads a work tree. `index` is of the opened tree. */
type Reading = GitOptions & {
  index: string;
  /** Entries of the index whose time stamps say nothing. */
  readAgain: string[];
};

/** `null` where the run changed nothing. */
export async function collect(
  checkout: RunCheckout,
  quota: WorkspaceQuota,
): Promise<CollectedWork | null> {
  const { dir, limits, parent, parentTree } = checkout;
  const { found, reading } = await inspectWork(checkout, quota);
  // Below an overlay nothing can have changed.
  if (checkout.pristine !== null && found.paths.size === 0) return null;
  await refuseRepositories(found.repositories, reading);
  await refusePipes(found.pipes, reading);
  const converts = await saysAttributes(reading.index, found.paths);
  if (converts) await guardEncodings(reading, 'work tree', found.paths);
  const take = takeChanges('-A', reading);
  const write = ['git', 'write-tree'] as const;
  const isWhole = !converts && checkout.installed.length === 0;
  const added = await tryInTurn([...take.commands, ...(isWhole ? [write] : [])], take.reading);
  if (added.exitCode !== 0)
    throw new WorkspaceRefused(`The work tree can't be read: ${added.stderr}`);
  let [tree] = added.stdout.slice(take.commands.length).map(String);
  if (tree === undefined) {
    await restoreInstalled(dir, reading.index, checkout.installed);
    if (converts) await restoreUnchanged(checkout, reading, found.paths);
    tree = await gitLine(['write-tree'], { dir, index: reading.index });
  }
  tree = tree.trim();
  if (tree === checkout.openedTree) return null;
  await refuseMarks(dir, tree, checkout.conflicts);

  return workOf({ dir, limits }, { commit: parent, tree: parentTree }, tree);
}

/** Refuses nested repositories, which would hide their files, except in folders that git ignores. */
async function refuseRepositories(paths: string[], reading: GitOptions): Promise<void> {
  if (paths.length === 0) return;
  // Git never enters an ignored folder. "./" keeps a leading ":" from being a pathspec's magic.
  const parentOf = (path: string) => `./${dirname(path)}`;
  const ignored = await tryGit(['check-ignore', '-z', '--stdin'], {
    ...reading,
    env: { GIT_LITERAL_PATHSPECS: '0' },
    input: Buffer.from(paths.map(path => `${parentOf(path)}\0`).join(''), 'latin1'),
  });
  const harmless = new Set(records(ignored.stdout, 'latin1'));
  const harmful = paths
    .filter(path => !harmless.has(parentOf(path)))
    .map(path => Buffer.from(path, 'latin1').toString());
  if (harmful.length > 0)
    throw new WorkspaceRefused(
      `${quoted(harmful)}: a repository, or a name that some systems take for one, inside the work tree. Remove it.`,
    );
}

/** Refuses a merge that is not finished. */
async function refuseMarks(dir: string, tree: string, conflicts: string[]): Promise<void> {
  const marked = await markedFiles(dir, tree, conflicts);
  if (marked.length > 0)
    throw new WorkspaceRefused(`${quoted(marked)}: marks of a conflict are left.`);
}

/** Refuses pipes in place of tracked files: they were removed, so git would see another change. */
async function refusePipes(paths: string[], reading: GitOptions): Promise<void> {
  if (paths.length === 0) return;
  const pipes = new Set(paths);
  const tracked = records(await git(['ls-files', '-z'], reading));
  const replaced = tracked.filter(path => isBelow(path, pipes));
  if (replaced.length > 0)
    throw new WorkspaceRefused(
      `${quoted(replaced)}: a pipe or socket in a file's place. Remove it.`,
    );
}

const quoted = (paths: string[]) =>
  paths
    .slice(0, 5)
    .map(path => JSON.stringify(path))
    .join(', ');
