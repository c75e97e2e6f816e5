/** Puts works together that were done at the same time, as git merges branches: by their history. */
import type {
  CollectedWork,
  JoinWorks,
  OpenWorkspace,
  WorkConflict,
} from '../../../engine/ports/workspace.ts';
import { type PackedTree, unpackCommand } from '../checkout/checkout.ts';
import { mergeInMemory, mergeTrees } from '../commits/merge-tree.ts';
import { workOf } from '../commits/work-of.ts';
import { assertObjectName, type GitOptions, git, gitLine, treeOf } from '../git/git.ts';
import { gitInTurn } from '../git/git-in-turn.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { mirrorWithFiles } from '../mirror/mirror.ts';
import { withTemporaryGit } from '../mirror/temporary-git.ts';

type JoinSource = Pick<OpenWorkspace, 'repository' | 'remote' | 'parent' | 'mergesInto'>;

type Joined = {
  /** With marks where the works conflict. */
  work: CollectedWork;
  /** The files in which they conflict. */
  paths: string[];
  conflicts: WorkConflict[];
};

export async function joinWorks(
  settings: WorkspaceSettings,
  source: JoinSource,
  works: JoinWorks,
): Promise<CollectedWork | { conflicts: WorkConflict[] }> {
  const { work, conflicts } = await joined(settings, source, works);
  return conflicts.length > 0 ? { conflicts } : work;
}

/** The tree that whoever settles the conflicts works on. */
export async function joinedTree(
  settings: WorkspaceSettings,
  source: JoinSource,
  works: JoinWorks,
): Promise<{ tree: PackedTree; conflicts: string[] }> {
  const { work, paths } = await joined(settings, source, works);
  return { tree: { sha: work.change.tree, pack: work.pack }, conflicts: paths };
}

async function joined(
  settings: WorkspaceSettings,
  source: JoinSource,
  { works, join }: JoinWorks,
): Promise<Joined> {
  const { stateDir, limits, quota } = settings;
  const { parent, mergesInto } = source;
  const mirror = await mirrorWithFiles(settings, source, parent);
  const merged =
    mergesInto === null ? null : await mergeTrees(settings, source, mergesInto, parent);
  return withTemporaryGit(stateDir, mirror, async dir => {
    // The works of a round that merges the base stand on that merge, with its marks.
    const root = merged ? await commitTree({ dir }, merged.tree, [parent]) : parent;
    for (const { name, tree, pack, contains } of works) {
      assertObjectName(tree);
      await gitInTurn([unpackCommand(quota)], { dir, input: Buffer.from(pack) });
      const on = contains.length > 0 ? contains : [root];
      await nameCommit({ dir }, name, await commitTree({ dir }, tree, on));
    }
    const { tree, paths, conflicts } = await mergeAll({ dir, limits }, join);
    const base = { commit: parent, tree: await treeOf(dir, parent) };
    return { work: await workOf({ dir, limits }, base, tree), paths, conflicts };
  });
}

/** Joins the second to the first, the third to both, and so on. */
async function mergeAll(
  reading: Pick<Required<GitOptions>, 'dir' | 'limits'>,
  [first = '', ...others]: string[],
) {
  const conflicts: WorkConflict[] = [];
  const paths = new Set<string>();
  const before = [first];
  let name = first;
  let tree = await gitLine(['rev-parse', `${first}^{tree}`], reading);
  for (const other of others) {
    const merged = await mergeInMemory(reading, name, other);
    for (const path of merged.conflicts) paths.add(path);
    if (merged.conflicts.length > 0)
      for (const one of await whoConflicts(reading, before, other, merged.conflicts))
        conflicts.push(one);
    tree = merged.tree;
    const commit = await commitTree(reading, tree, [name, other]);
    before.push(other);
    name = `joined-${before.length}`;
    await nameCommit(reading, name, commit);
  }
  return { tree, paths: [...paths], conflicts };
}

/** With which of the earlier works the other one conflicts, file by file. */
async function whoConflicts(
  reading: Pick<Required<GitOptions>, 'dir' | 'limits'>,
  before: string[],
  other: string,
  paths: string[],
): Promise<WorkConflict[]> {
  const last = before.at(-1) ?? '';
  const unknown = new Map(paths.map(path => [path, last]));
  if (before.length > 1)
    for (const one of before)
      for (const path of (await mergeInMemory(reading, one, other)).conflicts)
        if (unknown.has(path)) unknown.set(path, one);
  return [...unknown].map(([path, one]) => ({ path, between: [one, other] }));
}

/** Nobody sees these commits: they exist for git to find what the works have in common. */
const NOBODY = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap(who => [
    [`GIT_${who}_NAME`, 'gatehouse'],
    [`GIT_${who}_EMAIL`, 'gatehouse@localhost'],
    [`GIT_${who}_DATE`, '2000-01-01T00:00:00Z'],
  ]),
);

const commitTree = (
  { dir }: Pick<GitOptions, 'dir'>,
  tree: string,
  parents: string[],
): Promise<string> =>
  gitLine(['commit-tree', tree, ...parents.flatMap(parent => ['-p', parent]), '-m', 'work'], {
    dir,
    env: NOBODY,
  });

/** What stands in the marks of a conflict is the name, so the agent can tell whose side is whose. */
const nameCommit = ({ dir }: Pick<GitOptions, 'dir'>, name: string, commit: string) =>
  git(['update-ref', `refs/heads/${name}`, commit], { dir });
