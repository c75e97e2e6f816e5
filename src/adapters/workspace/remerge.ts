/** Repeats the merge that a head claims to be, so that it can be compared with what was pushed. */
import type { Remerged } from '../../engine/ports/workspace.ts';
import { type Compared, fetchChanged } from './fetch-changed.ts';
import { gitLine, tryGit } from './git.ts';
import { mirrorWithCommit } from './mirror.ts';
import type { RepositorySource } from './remote-access.ts';
import type { WorkspaceSettings } from './settings.ts';

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
  const compared = await comparedToMerge(dir, from, other);
  // Git refuses to merge histories that have nothing in common.
  if (compared.length === 0) return { from, tree, recomputed: null };
  await fetchChanged(settings, dir, source, compared);
  const merged = await tryGit(['merge-tree', '--write-tree', '--no-messages', from, other], {
    dir,
  });
  if (merged.exitCode > 1) throw new Error(`git merge-tree failed: ${merged.stderr}`);
  const recomputed = merged.exitCode === 0 ? merged.stdout.toString().trim() : null;
  return { from, tree, recomputed };
}

/** Histories that cross more often than this are no one's work. */
const MOST_PAIRS = 64;

/** What merging two commits compares: each with their bases, and those with one another's bases. */
async function comparedToMerge(dir: string, from: string, other: string): Promise<Compared[]> {
  const pairs: Compared[] = [];
  const merges: Compared[] = [[from, other]];
  for (const [one, another] of merges) {
    const found = await tryGit(['merge-base', '--all', one, another], { dir });
    const [first = '', ...more] = found.stdout.toString().split('\n').filter(Boolean);
    for (const base of first === '' ? [] : [first, ...more])
      pairs.push([base, one], [base, another]);
    // Git first merges several bases with one another.
    if (pairs.length < MOST_PAIRS) for (const base of more) merges.push([first, base]);
  }
  return pairs;
}
