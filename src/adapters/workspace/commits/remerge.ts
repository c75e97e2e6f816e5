/** Repeats the merge that a head claims to be, so that it can be compared with what was pushed. */
import type { Remerged } from '../../../engine/ports/workspace.ts';
import { gitLine, tryGit } from '../git/git.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { mirrorWithCommit } from '../mirror/mirror.ts';
import type { RepositorySource } from '../mirror/remote-access.ts';
import { mergeWithinLimits } from './merge-tree.ts';

/** `null` where the head is no merge of `base`, or of an ancestor of it, into an older head. */
export async function remerge(
  settings: WorkspaceSettings,
  source: RepositorySource,
  base: string,
  head: string,
): Promise<Remerged | null> {
  await mirrorWithCommit(settings, source, base);
  const dir = await mirrorWithCommit(settings, source, head);
  const line = await gitLine(['rev-list', '--parents', '--max-count=1', head], { dir });
  const [, from, other, ...more] = line.split(' ');
  if (from === undefined || other === undefined || more.length > 0) return null;
  // The commit that was merged in must be part of the base's history.
  const within = await tryGit(['merge-base', '--is-ancestor', other, base], { dir });
  if (within.exitCode !== 0) return null;
  const tree = await gitLine(['rev-parse', `${head}^{tree}`], { dir });
  const merged = await mergeWithinLimits(settings, source, from, other);
  // What can't be merged here is not known to be that merge and nothing else.
  const clean = merged !== null && merged.conflicts.length === 0;
  return { from, tree, recomputed: clean ? merged.tree : null };
}
