/** What a tree changes against that of a commit, as it is kept of a run. */
import { type CollectedWork, WorkspaceRefused } from '../../../engine/ports/workspace.ts';
import type { GitDirectory } from '../git/differing-files.ts';
import { gitInTurn } from '../git/git-in-turn.ts';
import { withContents } from '../git/git-limits.ts';
import { changeBetween } from './change.ts';
import { packingNew } from './pack-new.ts';

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
  const contents = withContents(limits);
  const { command, input } = await packingNew({ dir, limits: contents }, parent, tree);
  // The contents are printed twice.
  const reading = { dir, limits: { ...contents, printedBytes: 2 * contents.printedBytes } };
  const printed = beyond
    ? await gitInTurn([command], { ...reading, input })
    : await gitInTurn([[...DIFF, parent.tree, tree], command], { ...reading, input });
  const [pack = Buffer.alloc(0), diff = Buffer.alloc(0)] = printed.reverse();
  return { change, diff, pack };
}

const DIFF = [
  ...(['git', 'diff-tree', '-r', '-p', '-M', '--binary', '--full-index'] as const),
  ...['--no-ext-diff', '--no-textconv'],
] as const;
