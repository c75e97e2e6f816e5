/** Checks trees out as files: read-only checkouts shared by runs, or a folder for one run. */
import { randomUUID } from 'node:crypto';
import { lchown, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { AGENT_UID } from '../../../engine/ports/sandbox.ts';
import { WorkspaceRefused } from '../../../engine/ports/workspace.ts';
import { guardEncodings, isAttributes } from '../git/attributes.ts';
import { assertObjectName, git, records } from '../git/git.ts';
import { gitInTurn } from '../git/git-in-turn.ts';
import { LONGEST_NAME, LONGEST_PATH } from '../git/longest-path.ts';
import type { WorkspaceQuota, WorkspaceSettings } from '../git/settings.ts';
import { removeTree } from '../git/trash.ts';
import { createGitDir } from '../mirror/mirror.ts';
import { isRegular } from './restore-unchanged.ts';
import { leaveUnconvertible } from './unconvertible.ts';

/** Paths in a checkout: its files, their index, and a git directory for objects not in the mirror. */
export const filesPath = (checkout: string) => join(checkout, 'files');
export const indexPath = (checkout: string) => join(checkout, 'index');
export const gitPath = (checkout: string) => join(checkout, 'git');

/** How many processes of git write the files of a tree with a hundred or more. */
const WORKERS = Math.min(4, availableParallelism());

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
    const paths = await listFitting(dir, { sha, pack }, quota);
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
    const take = ['git', 'read-tree', '-u', '--reset', sha] as const;
    const own = chownCommand(filesPath(fresh));
    // Several processes convert encodings otherwise than one does.
    if (converted.length > 0) await gitInTurn([take], files);
    else await gitInTurn([take, ...own], { ...files, settings: [`checkout.workers=${WORKERS}`] });
    const left = await leaveUnconvertible(files, converted);
    const input = Buffer.from(left.map(each => `${each}\0`).join(''), 'latin1');
    // Git would leave those alone that are as it has checked them out a second ago.
    for (const path of left)
      await rm(Buffer.concat([Buffer.from(`${files.workTree}/`), Buffer.from(path, 'latin1')]));
    if (left.length > 0)
      await git(['checkout-index', '-f', '-u', '-z', '--stdin'], { ...files, input });
    if (converted.length > 0) await chownTree(filesPath(fresh));
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

/** Adds the objects of a pack made by Gatehouse, which is the input, to a git directory. */
export const unpackCommand = ({ bytes }: WorkspaceQuota) =>
  ['git', 'index-pack', '--stdin', '--fix-thin', '--strict', `--max-input-size=${bytes}`] as const;

/** Unpacks a tree and lists its paths; throws where it is over the quota, before any of it is checked out. */
async function listFitting(
  dir: string,
  { sha, pack }: PackedTree,
  quota: WorkspaceQuota,
): Promise<string[]> {
  assertObjectName(sha);
  const list = ['git', 'ls-tree', '-r', '-l', '-z', sha] as const;
  const printed =
    pack === null
      ? await gitInTurn([list], { dir })
      : await gitInTurn([unpackCommand(quota), list], { dir, input: pack });
  const paths: string[] = [];
  let bytes = 0;
  for (const entry of records(printed.at(-1) ?? Buffer.alloc(0), 'latin1')) {
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

/**
 * Makes the agent the owner of a small folder that Gatehouse has just made, and of all below it, where
 * Gatehouse runs as root and agents do not.
 */
export async function chownFolder(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  await lchown(path, AGENT_UID, AGENT_UID);
  for (const name of await readdir(path, { recursive: true }))
    await lchown(join(path, name), AGENT_UID, AGENT_UID);
}

/** The same for a folder of any size. */
export async function chownTree(path: string): Promise<void> {
  for (const [file, ...args] of chownCommand(path))
    await execa(file, args, {
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      extendEnv: false,
      stdin: 'ignore',
    });
}

/** None where agents run as Gatehouse does. */
const chownCommand = (path: string): [string, ...string[]][] =>
  process.getuid?.() === 0 ? [['chown', '-hR', `${AGENT_UID}:${AGENT_UID}`, '--', path]] : [];
