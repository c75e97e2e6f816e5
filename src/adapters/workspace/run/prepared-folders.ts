/** What an install left, files and folders: kept once, and given to every run of the same lockfiles. */
import { createHash, randomUUID } from 'node:crypto';
import { cp, lstat, mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { createAnswerCache } from '../../../core/bounds/bounded-cache.ts';
import {
  type Prepared,
  WorkspaceRefused,
  writableFolder,
} from '../../../engine/ports/workspace.ts';
import { chownTree } from '../checkout/checkout.ts';
import {
  type ChangedFile,
  changedFiles,
  isRegular,
  restoreUnchanged,
} from '../checkout/restore-unchanged.ts';
import { guardEncodings, saysAttributes } from '../git/attributes.ts';
import { git, records } from '../git/git.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { moveToTrash, removeTree } from '../git/trash.ts';
import { inspectWork, type RunCheckout, takeChanges } from './read-work.ts';

const PreparedRecord = z.strictObject({
  key: z.string(),
  paths: z.array(z.string()),
  /** Tracked files that the install changed. */
  changed: z
    .array(z.strictObject({ path: z.string(), before: z.string(), after: z.string() }))
    .default([]),
});
type PreparedRecord = z.infer<typeof PreparedRecord>;

/** The path for a key. Keys come from other modules, so only their digest is part of a path. */
export const preparedFolder = (stateDir: string, repository: { id: number }, key: string) =>
  join(stateDir, 'prepared', String(repository.id), createHash('sha256').update(key).digest('hex'));

/** The tracked files that the install changed, as it left them. */
const changedFolder = (folder: string) => join(folder, 'changed');

/** The folder that is laid over the work tree, as an overlay's layer or by binds. */
export const preparedLayer = (folder: string) => join(folder, 'tree');

export async function findPrepared(
  stateDir: string,
  repository: { id: number },
  key: string,
): Promise<Prepared | null> {
  const record = await readPrepared(stateDir, repository, key);
  return record && named(record);
}

/** All that is kept under a key; marks it as used. */
export async function readPrepared(
  stateDir: string,
  repository: { id: number },
  key: string,
): Promise<PreparedRecord | null> {
  const folder = preparedFolder(stateDir, repository, key);
  const kept = await readFile(join(folder, 'kept.json'), 'utf8').catch(() => null);
  if (kept === null) return null;
  const now = new Date(Date.now());
  await utimes(folder, now, now);
  return PreparedRecord.parse(JSON.parse(kept));
}

/** More single files than this are no install's; folders count once, whatever they hold. */
const MOST_PATHS = 20_000;
/** Paths that events name: they are for people, and the record on this machine has all. */
const MOST_NAMED = 100;

/**
 * Moves whatever the install left to the key's folder, completely or not at all: what is untracked,
 * ignored or not, and the tracked files that it changed. One that it deleted is there again.
 */
export async function keepPrepared(
  { stateDir, quota }: WorkspaceSettings,
  repository: { id: number },
  key: string,
  checkout: RunCheckout,
): Promise<Prepared> {
  const root = writableFolder(checkout.workTree);
  const work = await inspectWork(checkout, quota);
  const { found, reading } = work;
  const untracked = records(await git(['ls-files', '-z', '--others', '--directory'], reading));
  const { dir } = checkout;
  const converts = await saysAttributes(reading.index, found.paths);
  if (converts) await guardEncodings(reading, 'work tree', found.paths);
  const taken = await takeChanges('-u', work);
  if (taken.exitCode !== 0) throw new Error(`git add failed (${taken.exitCode}): ${taken.stderr}`);
  if (converts) await restoreUnchanged(checkout, reading, found.paths);
  const modified = await changedFiles(dir, reading.index, checkout.openedTree);
  if (untracked.length + modified.length > MOST_PATHS)
    throw new WorkspaceRefused(
      `The install left ${untracked.length + modified.length} files beside tracked ones; at most ${MOST_PATHS} are kept. Let it write into a folder of its own.`,
    );
  const paths: string[] = [];
  for (const each of untracked) {
    const path = each.replace(/\/$/, '');
    if (await isThere(root, path)) paths.push(path);
  }
  const changed: ChangedFile[] = [];
  for (const { path: bytes, before, after } of modified) {
    const path = Buffer.from(bytes, 'latin1').toString('utf8');
    if (isRegular(before) && (await isThere(root, path))) changed.push({ path, before, after });
  }
  const final = preparedFolder(stateDir, repository, key);
  const fresh = `${final}.${randomUUID()}`;
  const layer = preparedLayer(fresh);
  await mkdir(layer, { recursive: true, mode: 0o755 });
  const kept = [
    ...paths.map(path => ({ path, to: layer })),
    ...changed.map(({ path }) => ({ path, to: changedFolder(fresh) })),
  ];
  for (const { path, to } of kept) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await rename(join(root, path), join(to, path));
  }
  await chownTree(layer);
  await writeFile(
    join(fresh, 'kept.json'),
    JSON.stringify({ key, paths, changed } satisfies PreparedRecord),
  );
  await rename(fresh, final).catch(async error => {
    await removeTree(fresh);
    // Another run finished the same install first, and its result is used.
    if ((await findPrepared(stateDir, repository, key)) === null) throw error;
  });
  return named({ key, paths, changed });
}

const named = ({ key, paths, changed }: PreparedRecord): Prepared => ({
  key,
  paths: [...paths, ...changed.map(({ path }) => path)].slice(0, MOST_NAMED),
});

const trackedEntries = createAnswerCache<string, ReadonlyMap<string, string>>(4);

/**
 * The prepared paths that a tree leaves free: a file of its own stands before one of the install.
 * Throws where the tree tracks files in a folder that the install made: a run's changes there could
 * not be told from the install's.
 */
export async function untrackedPaths(
  dir: string,
  tree: string,
  { paths }: PreparedRecord,
): Promise<string[]> {
  if (paths.length === 0) return [];
  const tracked = await readTracked(dir, tree);
  const mixed = paths.filter(path => tracked.get(path)?.startsWith('040000'));
  if (mixed.length > 0)
    throw new WorkspaceRefused(
      `${mixed.slice(0, 5).join(', ')} is part of the tree and was also made by the install. Track it or generate it, not both.`,
    );
  return paths.filter(path => !tracked.has(path));
}

/** The mode and object of each path of a tree, folders included. */
const readTracked = (dir: string, tree: string): Promise<ReadonlyMap<string, string>> =>
  trackedEntries.get(tree, async () => {
    const entries = records(await git(['ls-tree', '-r', '-t', '-z', tree], { dir }));
    return new Map(
      entries.map(entry => {
        const tab = entry.indexOf('\t');
        const [mode = '', , object = ''] = entry.slice(0, tab).split(' ');
        return [entry.slice(tab + 1), `${mode} ${object}`] as const;
      }),
    );
  });

/**
 * Lays the tracked files that the install changed into a folder that a run may write: those that are
 * in its tree as the install found them. Returns which.
 */
export async function layChanged(
  checkout: { dir: string; openedTree: string },
  prepared: { folder: string; record: PreparedRecord },
  writable: string,
): Promise<ChangedFile[]> {
  const { folder, record } = prepared;
  if (record.changed.length === 0) return [];
  const tracked = await readTracked(checkout.dir, checkout.openedTree);
  const fitting = record.changed.filter(({ path, before }) => tracked.get(path) === before);
  for (const { path } of fitting) {
    const to = join(writable, path);
    await mkdir(dirname(to), { recursive: true, mode: 0o755 });
    await rm(to, { force: true });
    await cp(join(changedFolder(folder), path), to, { verbatimSymlinks: true });
  }
  if (fitting.length > 0) await chownTree(writable);
  // Git's lists of changed files hold bytes, one a character.
  return fitting.map(({ path, ...entries }) => ({
    path: Buffer.from(path, 'utf8').toString('latin1'),
    ...entries,
  }));
}

/** Removes whatever a run left at the prepared paths from its work tree. */
export async function removePrepared(
  stateDir: string,
  root: string,
  paths: readonly string[],
): Promise<void> {
  for (const path of paths)
    if (await isInRealFolder(root, path)) await moveToTrash(stateDir, join(root, path));
}

/** Whether there is such a file or folder, in real folders; a name that is no UTF-8 is not found. */
const isThere = async (root: string, path: string): Promise<boolean> =>
  (await isInRealFolder(root, path)) &&
  (await lstat(join(root, path)).then(
    () => true,
    () => false,
  ));

/** Whether every folder on the way to the path is a folder and none a symbolic link. */
async function isInRealFolder(root: string, path: string): Promise<boolean> {
  let at = root;
  for (const part of path.split('/').slice(0, -1)) {
    at = join(at, part);
    const found = await lstat(at).catch(() => null);
    if (found === null || !found.isDirectory()) return false;
  }
  return true;
}

/**
 * Lays the prepared files into a work tree without an overlay; returns the prepared folders, which
 * are bound there instead and need a mount point.
 */
export async function layPreparedFiles(
  layer: string,
  workTree: string,
  paths: readonly string[],
): Promise<string[]> {
  const folders: string[] = [];
  for (const path of paths) {
    if (!(await isInRealFolder(workTree, path))) continue;
    if ((await lstat(join(layer, path))).isDirectory()) {
      folders.push(path);
      await mkdir(join(workTree, path), { recursive: true });
    } else await cp(join(layer, path), join(workTree, path), { verbatimSymlinks: true });
  }
  return folders;
}
