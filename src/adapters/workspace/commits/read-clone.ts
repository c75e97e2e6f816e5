/**
 * Reads what two commits of somebody's clone on this machine differ in. Git is started in a directory of ours,
 * which has the clone's objects and refs and none of its settings: they can name programs.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClonedChange } from '../../../engine/ports/cloned-change.ts';
import { treeOf, tryGit } from '../git/git.ts';
import { CONTENT_LIMITS } from '../git/git-limits.ts';
import { createGitDir } from '../mirror/mirror.ts';
import { changeBetween } from './change.ts';
import { messagesBetween } from './commit-messages.ts';
import { fileIn, folderIn } from './files-in-commit.ts';
import { type FoundClone, findClone } from './find-clone.ts';

/** What the head is compared with where nobody names it: the default branch as it was fetched last. */
const DEFAULT_BASE = 'refs/remotes/origin/HEAD';

/** `head` and `base`: whatever git takes for a commit; `base`: null for the remote's default branch. */
export async function readClone(
  folder: string,
  of: { head: string; base: string | null },
): Promise<ClonedChange> {
  const clone = await findClone(folder);
  const place = await mkdtemp(join(tmpdir(), 'gatehouse-clone-'));
  const remove = () => rm(place, { recursive: true, force: true });
  try {
    const dir = join(place, 'git');
    await createGitDir(dir, [clone.common]);
    await clone.copyRefs(dir);
    return Object.assign(await read(dir, clone, of), { [Symbol.asyncDispose]: remove });
  } catch (error) {
    await remove();
    throw error;
  }
}

async function read(
  dir: string,
  { folder, isPartial, isShallow, repository }: FoundClone,
  { head, base }: { head: string; base: string | null },
): Promise<Omit<ClonedChange, typeof Symbol.asyncDispose>> {
  const after = await commitOf(dir, head);
  if (after === null) throw new Error(`${folder} has no commit ${head}.`);
  const onto = await commitOf(dir, base ?? DEFAULT_BASE);
  if (onto === null)
    throw new Error(
      base === null
        ? "The clone doesn't know its remote's default branch: name what to compare with by --base, such as --base main."
        : `${folder} has no commit ${base}.`,
    );
  const common = await tryGit(['merge-base', onto, after], { dir });
  if (common.exitCode !== 0)
    throw new Error(
      isShallow
        ? 'The clone is shallow, so where the two parted is not known: `git fetch --unshallow` brings the history.'
        : `${base ?? DEFAULT_BASE} and ${head} have no commit in common: name another with --base.`,
    );
  const parent = common.stdout.toString().trim();
  const defaultBranch = await branchOf(dir, DEFAULT_BASE);
  const branch = await branchOf(dir, base ?? DEFAULT_BASE);
  const limits = CONTENT_LIMITS;
  try {
    const trees = [await treeOf(dir, parent), await treeOf(dir, after)] as const;
    return {
      repository,
      base: {
        name: base ?? `origin/${branch}`,
        commit: onto,
        branch: branch ?? defaultBranch ?? 'main',
        isDefault: branch === null || defaultBranch === null || branch === defaultBranch,
      },
      head: { name: head, commit: after },
      change: await changeBetween({ dir, limits }, parent, ...trees),
      messages: await messagesBetween(dir, parent, after),
      files: {
        list: path => folderIn(dir, onto, path),
        read: (path, most) => fileIn(dir, { commit: onto, path, most }),
      },
    };
  } catch (error) {
    if (!isPartial) throw error;
    throw new Error(
      'The clone is a partial one, which lacks files: `git fetch --refetch --no-filter` brings all.',
      { cause: error },
    );
  }
}

async function commitOf(dir: string, name: string): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { exitCode, stdout } = await tryGit(args, { dir });
  return exitCode === 0 ? stdout.toString().trim() : null;
}

/** The branch that the name is of, here or as it was fetched; `null` where it names a commit otherwise. */
async function branchOf(dir: string, name: string): Promise<string | null> {
  const args = ['rev-parse', '--symbolic-full-name', '--end-of-options', name];
  const { stdout } = await tryGit(args, { dir });
  const full =
    stdout
      .toString()
      .split('\n')
      .find(line => line.startsWith('refs/')) ?? '';
  return /^refs\/(?:heads|remotes\/origin)\/(.+)$/.exec(full)?.[1] ?? null;
}
