/** Trees as files: pristine layers shared by runs, or a folder for one. */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { AGENT_UID } from '../../engine/ports/sandbox.ts';
import { WorkspaceRefused } from '../../engine/ports/workspace.ts';
import { git, records } from './git.ts';
import { removeTree } from './remove.ts';

export type Quota = { bytes: number; files: number };

/** Where a checkout has its files, and the index that knows them. */
export const filesOf = (checkout: string) => join(checkout, 'files');
export const indexOf = (checkout: string) => join(checkout, 'index');

/** A tree's files and index in a new folder `path`, which appears whole or not at all. */
export async function checkOut(
  dir: string,
  tree: string,
  path: string,
  quota: Quota,
): Promise<void> {
  await assertFits(dir, tree, quota);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${randomUUID()}`;
  try {
    await mkdir(filesOf(fresh), { recursive: true });
    await git(['read-tree', '-u', '--reset', tree], {
      ...{ dir, index: indexOf(fresh), workTree: filesOf(fresh) },
    });
    await giveToAgent(fresh);
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
  dir: string,
  tree: string,
  quota: Quota,
): Promise<string> {
  const path = join(stateDir, 'lowers', String(repository.id), tree);
  const there = await stat(path).catch(() => null);
  if (there === null) await checkOut(dir, tree, path, quota);
  else await utimes(path, there.atime, new Date(Date.now()));
  return path;
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

/** Where we are root, the agent is not: its files are its own. */
export async function giveToAgent(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  await execa('chown', ['-hR', `${AGENT_UID}:${AGENT_UID}`, '--', path], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    ...{ extendEnv: false, stdin: 'ignore' },
  });
}
