/** Collects what the sandbox left in a work tree as a tree, a change, a diff and a pack. */
import { dirname } from 'node:path';
import { type CollectedWork, WorkspaceRefused } from '../../../engine/ports/workspace.ts';
import { restoreInstalled, restoreUnchanged } from '../checkout/restore-unchanged.ts';
import { markedFiles } from '../commits/merge-tree.ts';
import { workOf } from '../commits/work-of.ts';
import { guardEncodings, saysAttributes } from '../git/attributes.ts';
import { type GitOptions, git, gitLine, records, tryGit } from '../git/git.ts';
import type { WorkspaceQuota } from '../git/settings.ts';
import { inspectWork, type RunCheckout, takeChanges } from './read-work.ts';
import { isBelow } from './submodules.ts';

/** `null` where the run changed nothing. */
export async function collect(
  checkout: RunCheckout,
  quota: WorkspaceQuota,
): Promise<CollectedWork | null> {
  const { dir, limits, parent, parentTree } = checkout;
  const work = await inspectWork(checkout, quota);
  const { found, reading } = work;
  // Below an overlay nothing can have changed.
  if (checkout.pristine !== null && found.paths.size === 0) return null;
  await refuseRepositories(found.repositories, reading);
  await refusePipes(found.pipes, reading);
  const converts = await saysAttributes(reading.index, found.paths);
  if (converts) await guardEncodings(reading, 'work tree', found.paths);
  const isWhole = !converts && checkout.installed.length === 0;
  const added = await takeChanges('-A', work, isWhole ? [['git', 'write-tree']] : []);
  if (added.exitCode !== 0)
    throw new WorkspaceRefused(`The work tree can't be read: ${added.stderr}`);
  let tree = added.stdout[1]?.toString();
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
