/** What an install made, kept once and given to every run of the same lockfiles. */
import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { createAnswerCache } from '../../core/bounded-cache.ts';
import { type Prepared, WorkspaceRefused } from '../../engine/ports/workspace.ts';
import { giveToAgent, type Quota } from './checkout.ts';
import { type Checkout, lookInto, written } from './collect.ts';
import { git, records } from './git.ts';
import { inspect } from './inspect.ts';
import { discard, removeTree } from './remove.ts';

const Kept = z.strictObject({ key: z.string(), paths: z.array(z.string()) });

/** Keys come from outside this room: only their digest names a folder. */
export const preparedFolder = (stateDir: string, repository: { id: number }, key: string) =>
  join(stateDir, 'prepared', String(repository.id), createHash('sha256').update(key).digest('hex'));

/** The folder whose contents lie over the work tree. */
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
  return Kept.parse(JSON.parse(kept));
}

/** Moves every untracked folder out of the work tree; appears whole or not at all. */
export async function keep(
  stateDir: string,
  repository: { id: number },
  key: string,
  checkout: Checkout,
  quota: Quota,
): Promise<Prepared> {
  const root = written(checkout.workTree);
  const found = await inspect(root, quota);
  const untracked = await git(
    ['ls-files', '-z', '--others', '--directory', '--no-empty-directory'],
    await lookInto(checkout, found.paths),
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
  await giveToAgent(layer);
  await writeFile(join(fresh, 'kept.json'), JSON.stringify({ key, paths } satisfies Prepared));
  await rename(fresh, final).catch(async error => {
    await removeTree(fresh);
    // Another run finished the same install first: its result stands.
    if ((await findPrepared(stateDir, repository, key)) === null) throw error;
  });
  return { key, paths };
}

const clashes = createAnswerCache<string, string[]>(1_000);

/** A tree that tracks what the install made can't have both at one place. */
export async function assertUntracked(dir: string, tree: string, { paths }: Prepared) {
  if (paths.length === 0) return;
  const tracked = await clashes.get(JSON.stringify([tree, paths]), async () =>
    records(await git(['ls-tree', '-z', '--name-only', tree, '--', ...paths], { dir })),
  );
  if (tracked.length > 0)
    throw new WorkspaceRefused(
      `${tracked.join(', ')} is part of the tree and was also made by the install. Track it or generate it, not both.`,
    );
}

/** Puts out of the work tree whatever a run left at prepared places, however it got there. */
export async function withdraw(stateDir: string, root: string, prepared: Prepared): Promise<void> {
  for (const path of prepared.paths) {
    const parent = dirname(path);
    if (parent === '.' || (await isRealFolder(root, parent)))
      await discard(stateDir, join(root, path));
  }
}

/** Whether every part of the path is a folder and none a link, so that it can be walked safely. */
async function isRealFolder(root: string, path: string): Promise<boolean> {
  let at = root;
  for (const part of path.split('/')) {
    at = join(at, part);
    const found = await lstat(at).catch(() => null);
    if (found === null || !found.isDirectory()) return false;
  }
  return true;
}
