/** Trees as files: pristine layers shared by runs, or a folder for one. */
import { randomUUID } from 'node:crypto';
import { chown, mkdir, rename, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { AGENT_UID } from '../../engine/ports/sandbox.ts';
import { WorkspaceRefused } from '../../engine/ports/workspace.ts';
import { assertObjectName, git, gitLine, records } from './git.ts';
import { createGitDir } from './mirror.ts';
import { removeTree } from './remove.ts';

export type Quota = { bytes: number; files: number };

/** Where a checkout has its files, the index that knows them, and the objects beside the mirror's. */
export const filesOf = (checkout: string) => join(checkout, 'files');
export const indexOf = (checkout: string) => join(checkout, 'index');
export const gitOf = (checkout: string) => join(checkout, 'git');

/** A tree, with the pack that holds it where the mirror does not. */
export type Packed = { sha: string; pack: Buffer | null };

/** A tree's files and index in a new folder `path`, which appears whole or not at all. */
export async function checkOut(
  mirror: string,
  { sha, pack }: Packed,
  path: string,
  quota: Quota,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${randomUUID()}`;
  const dir = gitOf(fresh);
  try {
    await mkdir(filesOf(fresh), { recursive: true });
    await createGitDir(dir, [mirror]);
    if (pack !== null) await unpack(dir, { sha, pack }, quota);
    await assertFits(dir, sha, quota);
    await git(['read-tree', '-u', '--reset', sha], {
      dir,
      index: indexOf(fresh),
      workTree: filesOf(fresh),
    });
    await giveToAgent(filesOf(fresh));
    await rename(fresh, path);
  } catch (error) {
    await removeTree(fresh);
    // Another run may have been quicker with the same tree.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}

/** The read-only checkout of a tree, made once; its time of change says when it was last wanted. */
export async function pristine(
  stateDir: string,
  repository: { id: number },
  mirror: string,
  tree: Packed,
  quota: Quota,
): Promise<string> {
  const path = join(stateDir, 'lowers', String(repository.id), tree.sha);
  const there = await stat(path).catch(() => null);
  if (there === null) await checkOut(mirror, tree, path, quota);
  else await utimes(path, there.atime, new Date(Date.now()));
  return path;
}

/** Takes a pack of ours, or of another worker, into a git directory; returns its tree. */
export async function unpack(
  dir: string,
  tree: { sha: string; pack: Buffer },
  quota: Quota,
): Promise<string> {
  assertObjectName(tree.sha);
  await git(
    ['index-pack', '--stdin', '--fix-thin', '--strict', `--max-input-size=${quota.bytes}`],
    { dir, input: tree.pack },
  );
  return gitLine(['rev-parse', '--verify', `${tree.sha}^{tree}`], { dir });
}

/** Throws where a tree is too large to be checked out, before a byte of it is. */
async function assertFits(dir: string, tree: string, quota: Quota): Promise<void> {
  let files = 0;
  let bytes = 0;
  for (const entry of records(await git(['ls-tree', '-r', '-l', '-z', tree], { dir }))) {
    files += 1;
    // "<mode> <type> <sha> <size>\t<path>"; a submodule's size is "-".
    bytes += Number(entry.slice(0, entry.indexOf('\t')).split(/ +/)[3]) || 0;
  }
  if (files > quota.files || bytes > quota.bytes)
    throw new WorkspaceRefused(
      `The repository has ${files} files and ${bytes} bytes at this commit; at most ${quota.files} files and ${quota.bytes} bytes are taken.`,
    );
}

/** A folder, still empty, that the agent may write. */
export async function giveFolder(path: string): Promise<void> {
  if (process.getuid?.() === 0) await chown(path, AGENT_UID, AGENT_UID);
}

/** Where we are root, the agent is not: its files are its own. */
export async function giveToAgent(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  await execa('chown', ['-hR', `${AGENT_UID}:${AGENT_UID}`, '--', path], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    extendEnv: false,
    stdin: 'ignore',
  });
}
