/** What a tree changes against that of a commit, as it is kept of a run. */
import { type CollectedWork, WorkspaceRefused } from '../../engine/ports/workspace.ts';
import { changeBetween } from './change.ts';
import type { GitDirectory } from './differing-files.ts';
import { git } from './git.ts';
import { withContents } from './git-limits.ts';
import { packNew } from './pack-new.ts';

export async function workOf(
  { dir, limits }: GitDirectory,
  parent: { commit: string; tree: string },
  tree: string,
): Promise<CollectedWork> {
  const change = await changeBetween({ dir, limits }, parent.commit, parent.tree, tree);
  const { beyond } = change;
  // What nobody can look at is not kept either.
  if (beyond && beyond.bytes > 0)
    throw new WorkspaceRefused(
      `${beyond.reason} Leave large files out, or add them to .gitignore.`,
    );
  const [diff, pack] = await Promise.all([
    beyond
      ? Buffer.alloc(0)
      : git(
          [
            ...['diff-tree', '-r', '-p', '-M', '--binary', '--full-index'],
            ...['--no-ext-diff', '--no-textconv', parent.tree, tree],
          ],
          { dir, limits: withContents(limits) },
        ),
    packNew({ dir, limits: withContents(limits) }, parent, tree),
  ]);
  return { change, diff, pack };
}
