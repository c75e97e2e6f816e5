import type { Pull } from '../world/pulls.ts';
import type { Repository } from '../world/repositories.ts';
import { branchTip } from './branches.ts';
import { runGit } from './command.ts';
import { commitsBetween } from './commits.ts';
import { diffFiles, type FileDiff } from './diff.ts';
import { remember } from './memory.ts';

interface Changes {
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly files: number;
}

// They depend on nothing but the two commits, and are asked for with every event.
const basesByPair = new Map<string, Promise<string>>();
const changesByPair = new Map<string, Promise<Changes>>();
const treesByPair = new Map<string, Promise<string | null>>();

/** Where the two branches parted. */
export function mergeBase(repository: Repository, base: string, head: string): Promise<string> {
  return remember(basesByPair, `${repository.directory} ${base} ${head}`, async () => {
    const args = ['merge-base', base, head];
    const { code, stdout } = await runGit(repository.directory, args, { accept: [1] });
    return code === 0 ? stdout.toString().trim() : base;
  });
}

/** The base that a pull request is measured against: the branch's tip, or where it was when closed. */
export async function currentBase(repository: Repository, pull: Pull): Promise<string> {
  if (pull.merged) return pull.baseSha;
  return (await branchTip(repository, pull.baseRef)) ?? pull.baseSha;
}

export async function pullChanges(repository: Repository, pull: Pull): Promise<Changes> {
  const base = await currentBase(repository, pull);
  return remember(changesByPair, `${repository.directory} ${base} ${pull.headSha}`, async () => {
    const files = await pullFiles(repository, pull);
    const commits = await commitsBetween(repository.directory, base, pull.headSha);
    return {
      commits: commits.length,
      additions: files.reduce((sum, file) => sum + file.additions, 0),
      deletions: files.reduce((sum, file) => sum + file.deletions, 0),
      files: files.length,
    };
  });
}

export async function pullFiles(repository: Repository, pull: Pull): Promise<FileDiff[]> {
  const base = await currentBase(repository, pull);
  const parting = await mergeBase(repository, base, pull.headSha);
  return diffFiles(repository.directory, parting, pull.headSha);
}

/** The tree of a clean merge, or null where the two conflict. */
export function mergedTree(
  repository: Repository,
  base: string,
  head: string,
): Promise<string | null> {
  return remember(treesByPair, `${repository.directory} ${base} ${head}`, async () => {
    const { code, stdout } = await runGit(
      repository.directory,
      ['merge-tree', '--write-tree', base, head],
      { accept: [1] },
    );
    return code === 0 ? (stdout.toString().split('\n')[0] ?? null) : null;
  });
}
