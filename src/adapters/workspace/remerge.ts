/** Whether a head is no more than the merging of its base: the merge is done anew. */
import type { Remerged } from '../../engine/ports/workspace.ts';
import { gitLine, tryGit } from './git.ts';
import { mirrorWith, type RepositorySource } from './mirror.ts';

/** `null` where the head is no merge of `base`, or of what `base` was, into something older. */
export async function remerge(
  stateDir: string,
  source: RepositorySource,
  base: string,
  head: string,
): Promise<Remerged | null> {
  await mirrorWith(stateDir, source, base);
  const dir = await mirrorWith(stateDir, source, head);
  const line = await gitLine(['rev-list', '--parents', '--max-count=1', head], { dir });
  const [, from, other, ...more] = line.split(' ');
  if (from === undefined || other === undefined || more.length > 0) return null;
  // What was merged in must be the base's own history, and nothing beside it.
  const within = await tryGit(['merge-base', '--is-ancestor', other, base], { dir });
  if (within.exitCode !== 0) return null;
  const tree = await gitLine(['rev-parse', `${head}^{tree}`], { dir });
  const merged = await tryGit(['merge-tree', '--write-tree', '--no-messages', from, other], {
    dir,
  });
  const recomputed = merged.exitCode === 0 ? merged.stdout.toString().trim() : null;
  return { from, tree, recomputed };
}
