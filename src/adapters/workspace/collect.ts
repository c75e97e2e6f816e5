/** From what the sandbox left to a tree, a change, a diff and a pack. */
import { copyFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type CollectedWork,
  WorkspaceRefused,
  type WorkTree,
} from '../../engine/ports/workspace.ts';
import { CHANGE_LIMIT, changeBetween } from './change.ts';
import { filesOf, indexOf, type Quota } from './checkout.ts';
import { type GitOptions, git, gitLine, records, tryGit } from './git.ts';
import { inspect } from './inspect.ts';
import { VIEW_TREE, view } from './overlay.ts';

export type Checkout = {
  /** The run's git directory, outside every sandbox. */
  dir: string;
  /** The commit it stands on, its tree, and the tree that was checked out. */
  parent: string;
  parentTree: string;
  openedTree: string;
  workTree: WorkTree;
  /** The shared checkout below an overlay; `null` where there is none. */
  pristine: string | null;
};

/** The part of a work tree that the sandbox could write. */
export const written = (tree: WorkTree) => (tree.kind === 'folder' ? tree.path : tree.upper);

/**
 * Git options for commands that look at the work tree, and an index of the opened tree for them.
 * Time stamps are believed of files in the lower layer alone, which no agent can write: whatever
 * it `touched` is read again, and a plain folder is read whole.
 */
export async function lookInto(checkout: Checkout, touched: Set<string>): Promise<GitOptions> {
  const { dir, workTree, pristine } = checkout;
  const index = join(dir, 'collect.index');
  if (workTree.kind === 'folder' || pristine === null) {
    await rm(index, { force: true });
    await git(['read-tree', checkout.openedTree], { dir, index });
    return { dir, index, workTree: written(workTree) };
  }
  await copyFile(indexOf(pristine), index);
  const entries = records(await git(['ls-files', '--stage', '-z'], { dir, index }), 'latin1');
  const forgotten = entries.filter(entry => touched.has(entry.slice(entry.indexOf('\t') + 1)));
  await git(['update-index', '-z', '--index-info'], {
    dir,
    index,
    input: Buffer.from(forgotten.map(each => `${each}\0`).join(''), 'latin1'),
  });
  return {
    dir,
    index,
    workTree: VIEW_TREE,
    settings: ['core.checkStat=minimal', 'core.trustctime=false'],
    through: view('ro', [workTree.upper, filesOf(pristine)]),
  };
}

export async function collect(checkout: Checkout, quota: Quota): Promise<CollectedWork | null> {
  const { dir, parent, parentTree } = checkout;
  const found = await inspect(written(checkout.workTree), quota);
  const inside = await lookInto(checkout, found.paths);
  await refuseRepositories(found.repositories, inside);
  await refusePipes(found.pipes, inside);
  const added = await tryGit(['add', '-A'], inside);
  if (added.exitCode !== 0)
    throw new WorkspaceRefused(`The work tree can't be read: ${added.stderr}`);
  const tree = await gitLine(['write-tree'], { dir, index: inside.index ?? '' });
  if (tree === checkout.openedTree) return null;

  const change = await changeBetween(dir, parent, parentTree, tree);
  const bytes = change.entries.reduce((sum, entry) => sum + entry.size.after, 0);
  if (bytes > CHANGE_LIMIT)
    throw new WorkspaceRefused(
      `The change holds ${bytes} bytes; at most ${CHANGE_LIMIT} are taken. Leave large files out, or add them to .gitignore.`,
    );
  const [diff, pack] = await Promise.all([
    git(
      [
        ...['diff-tree', '-r', '-p', '-M', '--binary', '--full-index'],
        ...['--no-ext-diff', '--no-textconv', parentTree, tree],
      ],
      { dir },
    ),
    git(['pack-objects', '--quiet', '--thin', '--delta-base-offset', '--revs', '--stdout'], {
      dir,
      input: `${tree}\n^${parent}\n`,
    }),
  ]);
  return { change, diff, pack };
}

/** In folders that git ignores they are nobody's business; elsewhere they would hide their files. */
async function refuseRepositories(paths: string[], inside: GitOptions): Promise<void> {
  if (paths.length === 0) return;
  // Where the folder around it is ignored, git never goes there. "./" keeps ":" from meaning more.
  const around = (path: string) => `./${dirname(path)}`;
  const ignored = await tryGit(['check-ignore', '-z', '--stdin'], {
    ...inside,
    env: { GIT_LITERAL_PATHSPECS: '0' },
    input: paths.map(path => `${around(path)}\0`).join(''),
  });
  const harmless = new Set(records(ignored.stdout));
  const harmful = paths.filter(path => !harmless.has(around(path)));
  if (harmful.length > 0)
    throw new WorkspaceRefused(
      `${quoted(harmful)}: a repository, or a name that some systems take for one, inside the work tree. Remove it.`,
    );
}

/** One that took a file's place is gone, and the file may be back: that is not what was left. */
async function refusePipes(paths: string[], inside: GitOptions): Promise<void> {
  if (paths.length === 0) return;
  const tracked = records(await git(['ls-files', '-z', '--', ...paths], inside));
  if (tracked.length > 0)
    throw new WorkspaceRefused(
      `${quoted(tracked)}: a pipe or socket in a file's place. Remove it.`,
    );
}

const quoted = (paths: string[]) =>
  paths
    .slice(0, 5)
    .map(path => JSON.stringify(path))
    .join(', ');
