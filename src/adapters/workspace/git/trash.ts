/** Removes folders that agents wrote to, whatever modes, names and depths they gave them. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Moves a path to the trash, which is quick; `emptyTrash` deletes it later. It need not exist. */
export async function moveToTrash(stateDir: string, path: string): Promise<void> {
  const trash = join(stateDir, 'trash');
  await mkdir(trash, { recursive: true });
  await rename(path, join(trash, randomUUID())).catch(error => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}

/** What the run that comes next does first takes no longer than this. */
const SOON_MS = 2_000;
const soon = new Set<string>();

/** Deletes what is in the trash and what comes there meanwhile, after the next run has begun. */
export function emptyTrashSoon(stateDir: string): void {
  if (soon.has(stateDir)) return;
  soon.add(stateDir);
  const empty = () => {
    soon.delete(stateDir);
    // `reap` tries again.
    emptyTrash(stateDir).catch(() => {});
  };
  setTimeout(empty, SOON_MS).unref();
}

/**
 * Deletes what was moved to the trash, each folder on its own; other processes may use the trash
 * meanwhile. Returns the folders that can't be deleted, each with the reason.
 */
export async function emptyTrash(stateDir: string): Promise<Map<string, string>> {
  const trash = join(stateDir, 'trash');
  const stuck = new Map<string, string>();
  const paths = (await readdir(trash).catch(() => [])).map(name => join(trash, name));
  // One that can't be deleted is looked at by itself.
  if (paths.length > 1) await run('rm', ['-rf', '--', ...paths.slice(0, MOST_AT_ONCE)]);
  for (const path of paths) {
    await removeTree(path).catch(error => stuck.set(path, String(error.message)));
  }
  return stuck;
}

/**
 * Deletes a tree, also where its folders were made unreadable or another process is deleting it.
 * Symbolic links are not followed. `rm` goes from folder to folder by descriptors: the path of what
 * an agent left may be longer than any that the kernel takes.
 */
export async function removeTree(path: string): Promise<void> {
  const remove = () => run('rm', ['-rf', '--', path]);
  if ((await lstat(path).catch(() => null)) === null) return;
  if ((await remove()) === null) return;
  await run('chmod', [...CHMOD, path]);
  const problem = await remove();
  if (problem !== null) throw new Error(`${path} can't be removed: ${problem}`);
}

/** Makes a tree readable and writable for its owner, and removes setuid, setgid and sticky bits. */
export async function makeReadable(path: string): Promise<void> {
  const problem = await run('chmod', [...CHMOD, path]);
  if (problem !== null) throw new Error(`${path} can't be made readable: ${problem}`);
}

export const CHMOD = ['-R', 'u+rwX,u-s,g-s,o-t', '--'];
/** The system takes only so many arguments of a command. */
const MOST_AT_ONCE = 500;
/** A program may print a line for each file; the first ones say enough. Characters. */
const MOST_PROBLEM = 500;

/** `null` where it succeeded, else what it said. */
async function run(file: string, args: string[]): Promise<string | null> {
  const child = spawn(file, args, {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let problem = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (problem.length < MOST_PROBLEM) problem += chunk.toString().slice(0, MOST_PROBLEM);
  });
  const [code, signal] = await once(child, 'close');
  return code === 0 ? null : problem.trim() || `${file} ended with ${code ?? signal}`;
}
