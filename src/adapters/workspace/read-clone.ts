/**
 * Reads what two commits of somebody's clone on this machine differ in. Nothing in the clone is changed, and
 * nothing of it is executed.
 */
import { execa } from 'execa';
import type { ClonedChange } from '../../engine/ports/cloned-change.ts';
import { changeBetween } from './change.ts';
import { messagesBetween } from './commit-messages.ts';
import { fileIn, folderIn } from './files-in-commit.ts';
import { treeOf, tryGit } from './git.ts';
import { CONTENT_LIMITS } from './git-limits.ts';
import { sanitizeOutput } from './sanitize-output.ts';

/** What the head is compared with where nobody names it: the default branch as it was fetched last. */
const DEFAULT_BASES = ['refs/remotes/origin/HEAD', 'refs/remotes/upstream/HEAD'];

/** `head` and `base`: whatever git takes for a commit; `base`: null for the remote's default branch. */
export async function readClone(
  folder: string,
  { head, base }: { head: string; base: string | null },
): Promise<ClonedChange> {
  const dir = await gitDirectoryOf(folder);
  const limits = CONTENT_LIMITS;
  const after = await commitOf(dir, head);
  if (after === null) throw new Error(`${folder} has no commit ${head}.`);
  const onto = await baseOf(dir, base);
  const common = await tryGit(['merge-base', onto.commit, after], { dir });
  if (common.exitCode !== 0)
    throw new Error(`${onto.name} and ${head} have no commit in common: name another with --base.`);
  const parent = common.stdout.toString().trim();
  const trees = [await treeOf(dir, parent), await treeOf(dir, after)] as const;
  return {
    base: onto,
    head: { name: head, commit: after },
    change: await changeBetween({ dir, limits }, parent, ...trees),
    messages: await messagesBetween(dir, parent, after),
    files: {
      list: path => folderIn(dir, onto.commit, path),
      read: (path, most) => fileIn(dir, { commit: onto.commit, path, most }),
    },
  };
}

/** Of a work tree, also of one beside others, or of a bare repository. */
async function gitDirectoryOf(folder: string): Promise<string> {
  const { exitCode, stdout, stderr } = await execa('git', ['rev-parse', '--absolute-git-dir'], {
    cwd: folder,
    reject: false,
    stdin: 'ignore',
  });
  if (exitCode === 0) return stdout;
  throw new Error(`${folder} is no clone that can be read: ${sanitizeOutput(stderr ?? '', [])}`);
}

async function baseOf(dir: string, base: string | null): Promise<{ name: string; commit: string }> {
  for (const name of base === null ? DEFAULT_BASES : [base]) {
    const commit = await commitOf(dir, name);
    if (commit !== null) return { name: name.replace('refs/remotes/', ''), commit };
  }
  throw new Error(
    base === null
      ? "The clone doesn't know its remote's default branch: name what to compare with by --base, such as --base main."
      : `The clone has no commit ${base}.`,
  );
}

async function commitOf(dir: string, name: string): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { exitCode, stdout } = await tryGit(args, { dir });
  return exitCode === 0 ? stdout.toString().trim() : null;
}
