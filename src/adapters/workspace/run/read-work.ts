/** Reads what the sandbox left in a work tree into an index, without a look at what nobody can have changed. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type WorkTree, writableFolder } from '../../../engine/ports/workspace.ts';
import { filesPath, indexPath } from '../checkout/checkout.ts';
import type { ChangedFile } from '../checkout/restore-unchanged.ts';
import { isAttributes } from '../git/attributes.ts';
import { type GitOptions, git } from '../git/git.ts';
import { tryInTurn } from '../git/git-in-turn.ts';
import type { GitLimits } from '../git/git-limits.ts';
import { entriesOf, type HowRead, readAs } from '../git/index-entries.ts';
import type { WorkspaceQuota } from '../git/settings.ts';
import { type InspectedTree, inspectTree } from './inspect-tree.ts';
import { MERGED_TREE, overlayPrefix } from './overlay.ts';
import { removeSubmodules } from './submodules.ts';

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

/** How git reads a work tree. `index` is of the opened tree. */
type Reading = GitOptions & { index: string };

/** What a run left, safe to read, and how git reads it. */
export type InspectedWork = { found: InspectedTree; reading: Reading; assumed: Assumed | null };

/** That git takes for unchanged what the run did not write to. */
type Assumed = {
  /** Files that are there where that is so. */
  witnesses: ReadonlySet<string>;
  /** How git reads the work tree where it is not. */
  lookAtAll: () => Promise<Reading>;
};

/** Every reading of a work tree begins here: git obeys repositories that it finds in one. */
export async function inspectWork(
  checkout: RunCheckout,
  quota: WorkspaceQuota,
): Promise<InspectedWork> {
  const root = writableFolder(checkout.workTree);
  const inspected = await inspectTree(root, quota);
  const { reading, assumed } = await howToRead(checkout, inspected);
  const repositories = await removeSubmodules(root, inspected.repositories, reading);
  return { found: { ...inspected, repositories }, reading, assumed };
}

/**
 * Options for git commands that read the work tree, with an index of the opened tree. What git saw at
 * the checkout holds only for files in an overlay's lower layer, which no agent can write: what the run
 * wrote is read again, and a plain folder is read completely.
 */
async function howToRead(
  { dir, limits, workTree, pristine, openedTree }: RunCheckout,
  found: InspectedTree,
): Promise<Omit<InspectedWork, 'found'>> {
  const index = join(dir, 'collect.index');
  if (workTree.kind === 'folder' || pristine === null) {
    await rm(index, { force: true });
    await git(['read-tree', openedTree], { dir, index });
    const reading = { dir, index, limits, workTree: writableFolder(workTree) };
    return { reading, assumed: null };
  }
  const checkedOut = await readFile(indexPath(pristine));
  const reading = {
    dir,
    index,
    limits,
    workTree: MERGED_TREE,
    settings: ['core.checkStat=minimal', 'core.trustctime=false'],
    commandPrefix: overlayPrefix('ro', [workTree.upper, filesPath(pristine)]),
  };
  const lookAtAll = async () => {
    const how = assuming(found, new Set());
    await writeFile(
      index,
      readAs(checkedOut, path => (how(path) === 'read' ? 'read' : 'compare')),
    );
    return reading;
  };
  // With other attributes git may store files otherwise to which the run did not write.
  if ([...found.paths].some(isAttributes)) return { reading: await lookAtAll(), assumed: null };
  const witnesses = new Set<string>();
  await writeFile(index, readAs(checkedOut, assuming(found, witnesses)));
  // Git would else look at every file before it knows which it takes for unchanged.
  const settings = [...reading.settings, 'core.preloadIndex=false'];
  return { reading: { ...reading, settings }, assumed: { witnesses, lookAtAll } };
}

/**
 * How git reads each file of an overlay where it takes what is in the lower layer alone for unchanged. A
 * folder that was removed and made anew hides what it held below, by an extended attribute that can't be
 * read from here: so of each folder in the upper layer, and of the tree itself, the first file that is in the
 * lower one alone is compared, and is a witness. Where it is gone, its folder hides others as well.
 */
function assuming(
  { paths, folders }: InspectedTree,
  witnesses: Set<string>,
): (path: string) => HowRead {
  const witnessed = new Set<string>();
  let folder = '';
  let nearest = '';
  return path => {
    const above = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    // Files of one folder follow on one another.
    if (above !== folder) nearest = nearestOf(above, paths);
    folder = above;
    // Itself was written, or something else stands in the place of a folder of it.
    if (paths.has(path) || (nearest !== '' && !folders.has(nearest))) return 'read';
    if (witnessed.has(nearest)) return 'assume';
    witnessed.add(nearest);
    witnesses.add(path);
    return 'compare';
  };
}

/** The path itself or the first folder above it that is among these; the tree itself where none is. */
function nearestOf(path: string, among: ReadonlySet<string>): string {
  let at = path.length;
  while (at > 0 && !among.has(path.slice(0, at))) at = path.lastIndexOf('/', at - 1);
  return path.slice(0, Math.max(at, 0));
}

/**
 * Brings the index to what the work tree has, and runs what else is to be run in the same process. Returns
 * what each command printed.
 */
export async function takeChanges(
  how: '-A' | '-u',
  { reading, assumed }: InspectedWork,
  then: readonly (readonly [string, ...string[]])[] = [],
): Promise<Awaited<ReturnType<typeof tryInTurn>>> {
  const commands = [['git', 'add', how] as const, ...then];
  const taken = await tryInTurn(commands, reading);
  if (assumed === null || taken.exitCode !== 0) return taken;
  const gone = new Set(assumed.witnesses);
  for (const { path } of entriesOf(await readFile(reading.index))) gone.delete(path);
  return gone.size === 0 ? taken : tryInTurn(commands, await assumed.lookAtAll());
}
