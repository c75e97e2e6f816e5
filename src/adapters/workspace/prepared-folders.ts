/** Prepared folders: what an install made, kept once and bound in every run of the same lockfiles. */
import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { createAnswerCache } from '../../core/bounded-cache.ts';
import { type Prepared, WorkspaceRefused } from '../../engine/ports/workspace.ts';
import { chownTree } from './checkout.ts';
import { type RunCheckout, readingOptions, writableFolder } from './collect.ts';
import { git, records } from './git.ts';
import { inspectTree } from './inspect-tree.ts';
import type { WorkspaceSettings } from './settings.ts';
import { moveToTrash, removeTree } from './trash.ts';

const PreparedRecord = z.strictObject({ key: z.string(), paths: z.array(z.string()) });

/** The path for a key. Keys come from other modules, so only their digest is part of a path. */
export const preparedFolder = (stateDir: string, repository: { id: number }, key: string) =>
  join(stateDir, 'prepared', String(repository.id), createHash('sha256').update(key).digest('hex'));

/** The folder that is laid over the work tree, as an overlay's layer or by binds. */
export const preparedLayer = (folder: string) => join(folder, 'tree');

export async function findPrepared(
  stateDir: string,
  repository: { id: number },
  key: string,
): Promise<Prepared | null> {
  const folder = preparedFolder(stateDir, repository, key);
  const kept = await readFile(join(folder, 'kept.json'), 'utf8').catch(() => null);
  if (kept === null) return null;
  const now = new Date(Date.now());
  await utimes(folder, now, now);
  return PreparedRecord.parse(JSON.parse(kept));
}

/** Moves every untracked folder of the work tree to the key's folder, completely or not at all. */
export async function keepPrepared(
  { stateDir, quota }: WorkspaceSettings,
  repository: { id: number },
  key: string,
  checkout: RunCheckout,
): Promise<Prepared> {
  const root = writableFolder(checkout.workTree);
  const found = await inspectTree(root, quota);
  const untracked = await git(
    ['ls-files', '-z', '--others', '--directory', '--no-empty-directory'],
    await readingOptions(checkout, found.paths),
  );
  const paths: string[] = [];
  for (const path of records(untracked).filter(each => each.endsWith('/'))) {
    const folder = path.slice(0, -1);
    if (await isRealFolder(root, folder)) paths.push(folder);
  }
  const final = preparedFolder(stateDir, repository, key);
  const fresh = `${final}.${randomUUID()}`;
  const layer = preparedLayer(fresh);
  await mkdir(layer, { recursive: true, mode: 0o755 });
  for (const path of paths) {
    await mkdir(dirname(join(layer, path)), { recursive: true });
    await rename(join(root, path), join(layer, path));
  }
  await chownTree(layer);
  await writeFile(join(fresh, 'kept.json'), JSON.stringify({ key, paths } satisfies Prepared));
  await rename(fresh, final).catch(async error => {
    await removeTree(fresh);
    // Another run finished the same install first, and its result is used.
    if ((await findPrepared(stateDir, repository, key)) === null) throw error;
  });
  return { key, paths };
}

const trackedPaths = createAnswerCache<string, string[]>(1_000);

/** Throws where the tree tracks a path that the install made: both can't be at one path. */
export async function assertUntracked(dir: string, tree: string, { paths }: Prepared) {
  if (paths.length === 0) return;
  const tracked = await trackedPaths.get(JSON.stringify([tree, paths]), async () =>
    records(await git(['ls-tree', '-z', '--name-only', tree, '--', ...paths], { dir })),
  );
  if (tracked.length > 0)
    throw new WorkspaceRefused(
      `${tracked.join(', ')} is part of the tree and was also made by the install. Track it or generate it, not both.`,
    );
}

/** Removes whatever a run left at the prepared paths from its work tree. */
export async function removePrepared(
  stateDir: string,
  root: string,
  prepared: Prepared,
): Promise<void> {
  for (const path of prepared.paths) {
    const parent = dirname(path);
    if (parent === '.' || (await isRealFolder(root, parent)))
      await moveToTrash(stateDir, join(root, path));
  }
}

/** Whether every part of the path is a folder and none a symbolic link. */
async function isRealFolder(root: string, path: string): Promise<boolean> {
  let at = root;
  for (const part of path.split('/')) {
    at = join(at, part);
    const found = await lstat(at).catch(() => null);
    if (found === null || !found.isDirectory()) return false;
  }
  return true;
}
