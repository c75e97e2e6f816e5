/** Checks trees out as files: read-only checkouts shared by runs, or a folder for one run. */
import { randomUUID } from 'node:crypto';
import { chown, mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { AGENT_UID } from '../../engine/ports/sandbox.ts';
import { WorkspaceRefused } from '../../engine/ports/workspace.ts';
import { guardEncodings, isAttributes, leaveUnconvertible } from './attributes.ts';
import { assertObjectName, git, gitLine, records } from './git.ts';
import { LONGEST_NAME, LONGEST_PATH } from './longest-path.ts';
import { createGitDir } from './mirror.ts';
import { isRegular } from './restore-unchanged.ts';
import type { WorkspaceQuota, WorkspaceSettings } from './settings.ts';
import { removeTree } from './trash.ts';

/** Paths in a checkout: its files, their index, and a git directory for objects not in the mirror. */
export const filesPath = (checkout: string) => join(checkout, 'files');
export const indexPath = (checkout: string) => join(checkout, 'index');
export const gitPath = (checkout: string) => join(checkout, 'git');

/** A tree, with a pack of its objects where the mirror does not have them. */
export type PackedTree = { sha: string; pack: Buffer | null };

/** Checks a tree out into the new folder `path`, which appears complete or not at all. */
export async function checkOut(
  mirror: string,
  { sha, pack }: PackedTree,
  path: string,
  { quota, limits }: Pick<WorkspaceSettings, 'quota' | 'limits'>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${randomUUID()}`;
  const dir = gitPath(fresh);
  try {
    await mkdir(filesPath(fresh), { recursive: true });
    await createGitDir(dir, [mirror]);
    if (pack !== null) await unpackTree(dir, { sha, pack }, quota);
    const paths = await assertFits(dir, sha, quota);
    let converted: string[] = [];
    if (paths.some(isAttributes)) {
      const index = join(fresh, 'attributes.index');
      await git(['read-tree', sha], { dir, index });
      converted = await guardEncodings(
        { dir, index, limits },
        'index',
        await regularFiles(dir, index),
      );
      await rm(index);
    }
    const files = { dir, index: indexPath(fresh), workTree: filesPath(fresh), limits };
    await git(['read-tree', '-u', '--reset', sha], files);
    const left = await leaveUnconvertible(files, converted);
    const input = Buffer.from(left.map(each => `${each}\0`).join(''), 'latin1');
    if (left.length > 0)
      await git(['checkout-index', '-f', '-u', '-z', '--stdin'], { ...files, input });
    await chownTree(filesPath(fresh));
    await rename(fresh, path);
  } catch (error) {
    await removeTree(fresh);
    // Another run may have checked the same tree out first.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}

/**
 * The files that git checks out from an index and that are no symbolic links. A tree may say twice
 * what is at a path, and list a file below a link; an index never does.
 */
async function regularFiles(dir: string, index: string): Promise<string[]> {
  const entries = records(await git(['ls-files', '--stage', '-z'], { dir, index }), 'latin1');
  return entries.filter(isRegular).map(entry => entry.slice(entry.indexOf('\t') + 1));
}

/** The read-only checkout of a tree, made once; its modification time is the time of its last use. */
export async function pristineCheckout(
  settings: WorkspaceSettings,
  repository: { id: number },
  mirror: string,
  tree: PackedTree,
): Promise<string> {
  const path = join(settings.stateDir, 'lowers', String(repository.id), tree.sha);
  const existing = await stat(path).catch(() => null);
  if (existing === null) await checkOut(mirror, tree, path, settings);
  else await utimes(path, existing.atime, new Date(Date.now()));
  return path;
}

/** Adds the objects of a pack made by Gatehouse to a git directory; returns the name of its tree. */
export async function unpackTree(
  dir: string,
  tree: { sha: string; pack: Buffer },
  quota: WorkspaceQuota,
): Promise<string> {
  assertObjectName(tree.sha);
  await git(
    ['index-pack', '--stdin', '--fix-thin', '--strict', `--max-input-size=${quota.bytes}`],
    { dir, input: tree.pack },
  );
  return gitLine(['rev-parse', '--verify', `${tree.sha}^{tree}`], { dir });
}

/** Throws where a tree is over the quota, before any of it is checked out; returns its paths. */
async function assertFits(dir: string, tree: string, quota: WorkspaceQuota): Promise<string[]> {
  const paths: string[] = [];
  let bytes = 0;
  for (const entry of records(await git(['ls-tree', '-r', '-l', '-z', tree], { dir }), 'latin1')) {
    const path = entry.slice(entry.indexOf('\t') + 1);
    if (path.length > LONGEST_PATH || path.split('/').some(name => name.length > LONGEST_NAME))
      throw new WorkspaceRefused(
        `The repository has at this commit ${JSON.stringify(path.slice(0, 100))} …: a path of more than ${LONGEST_PATH} bytes, or with a name of more than ${LONGEST_NAME}, can't be checked out.`,
      );
    paths.push(path);
    // An entry is "<mode> <type> <sha> <size>\t<path>"; a submodule's size is "-".
    bytes += Number(entry.slice(0, entry.indexOf('\t')).split(/ +/)[3]) || 0;
  }
  const files = paths.length;
  if (files > quota.files || bytes > quota.bytes)
    throw new WorkspaceRefused(
      `The repository has ${files} files and ${bytes} bytes at this commit; at most ${quota.files} files and ${quota.bytes} bytes are allowed.`,
    );
  return paths;
}

/** Makes the agent the owner of an empty folder, where Gatehouse runs as root and agents do not. */
export async function chownFolder(path: string): Promise<void> {
  if (process.getuid?.() === 0) await chown(path, AGENT_UID, AGENT_UID);
}

/** Makes the agent the owner of a folder and all below it, where Gatehouse runs as root. */
export async function chownTree(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  await execa('chown', ['-hR', `${AGENT_UID}:${AGENT_UID}`, '--', path], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    extendEnv: false,
    stdin: 'ignore',
  });
}
