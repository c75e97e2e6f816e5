/** Removes what is no longer needed: folders of dead runs, and shared folders that no run uses. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reaped } from '../../../engine/ports/workspace.ts';
import { emptyTrash, moveToTrash } from '../git/trash.ts';
import { readSharedFolders } from './shared-folders.ts';

/** How many unused shared folders of a repository are kept. */
const KEPT_UNUSED = 8;
/**
 * A younger folder may belong to a run that is just being opened; a temporary git directory that is used
 * never gets as old (`temporary-git.ts`).
 */
const YOUNG_MS = 10 * 60_000;

export async function listRuns(stateDir: string): Promise<string[]> {
  const names = await readdir(join(stateDir, 'runs')).catch(() => []);
  return names.filter(name => !name.startsWith('.'));
}

/** `told`: the folders that were reported before; a folder that can't be removed is told once. */
export async function reapRuns(
  stateDir: string,
  dead: string[],
  told: Set<string>,
): Promise<Reaped> {
  const runs = join(stateDir, 'runs');
  const deadRuns = new Set(dead);
  const used = new Set<string>();
  const left = new Map<string, string>();
  let removed = 0;
  for (const run of await readdir(runs).catch(() => [])) {
    const alive = run.startsWith('.') ? await isGitUsed(join(runs, run)) : !deadRuns.has(run);
    if (alive) {
      const { lower, prepared } = await readSharedFolders(join(runs, run));
      for (const name of [lower, prepared]) if (name !== null) used.add(name);
    } else {
      await moveToTrash(stateDir, join(runs, run)).then(
        () => (removed += 1),
        error => left.set(join(runs, run), String(error.message)),
      );
    }
  }
  for (const kind of ['lowers', 'prepared'])
    for (const repository of await readdir(join(stateDir, kind)).catch(() => []))
      await removeUnused(stateDir, join(stateDir, kind, repository), used);
  const stuck: string[] = [];
  for (const [path, problem] of [...left, ...(await emptyTrash(stateDir))]) {
    if (told.has(path)) continue;
    told.add(path);
    stuck.push(problem);
  }
  return { runs: removed, stuck };
}

/** Keeps folders that are used or young, and the few of the others that were used last. */
async function removeUnused(stateDir: string, folder: string, used: Set<string>): Promise<void> {
  const unused: { path: string; lastUse: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (used.has(name) || used.has(path)) continue;
    const lastUse = await lastUseOf(path);
    if (lastUse !== null && isLongAgo(lastUse)) unused.push({ path, lastUse });
  }
  unused.sort((a, b) => b.lastUse - a.lastUse);
  for (const { path } of unused.slice(KEPT_UNUSED)) await moveToTrash(stateDir, path);
}

/**
 * Whether a call uses the temporary git directory: that is said by its time alone, because the process
 * may be one of another container, whose pid means nothing here.
 */
async function isGitUsed(folder: string): Promise<boolean> {
  const lastUse = await lastUseOf(folder);
  return lastUse !== null && !isLongAgo(lastUse);
}

/** `null` where it is gone: other processes remove folders too. */
const lastUseOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );

const isLongAgo = (lastUse: number): boolean => Date.now() - lastUse > YOUNG_MS;
