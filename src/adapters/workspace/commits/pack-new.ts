/** Packs the objects that a tree has and the tree of a commit has not. */
import { allDifferences, DIFFERENCES, type GitDirectory } from '../git/differing-files.ts';
import { git, records } from '../git/git.ts';

const NOTHING = '000000';
const SUBMODULE = '160000';

/**
 * The command of a thin pack, and its input: what is like an object of the parent is written as its
 * difference. Git is told which objects are new, as it would otherwise walk through every object of the
 * parent to find out.
 */
export async function packingNew(
  { dir, limits }: GitDirectory,
  parent: { commit: string; tree: string },
  tree: string,
): Promise<{ command: readonly [string, ...string[]]; input: Buffer }> {
  const output =
    (await allDifferences({ dir, limits }, parent.tree, tree)) ??
    (await git([...DIFFERENCES, parent.tree, tree], { dir, limits }));
  // The output is ":<mode> <mode> <sha> <sha> <status>\0<path>\0" for each folder and file.
  const fields = records(output, 'latin1');
  const lines = [`-${parent.commit}`, tree];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode = NOTHING, , sha = ''] = (fields[at] ?? '').split(' ');
    if (mode === NOTHING || mode === SUBMODULE) continue;
    // By its name git finds what it is like; a line can't hold every name.
    const path = fields[at + 1] ?? '';
    lines.push(path.includes('\n') ? sha : `${sha} ${path}`);
  }
  // The first line makes the pack a thin one. With `--thin` git would read revisions instead.
  return {
    command: ['git', 'pack-objects', '--quiet', '--delta-base-offset', '--stdout'],
    input: Buffer.from(`${lines.join('\n')}\n`, 'latin1'),
  };
}
