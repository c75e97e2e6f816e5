/** Removes folders that agents wrote to, whatever modes they gave them. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** Moves a path to the trash, which is quick; `emptyTrash` deletes it later. It need not exist. */
export async function moveToTrash(stateDir: string, path: string): Promise<void> {
  const trash = join(stateDir, 'trash');
  await mkdir(trash, { recursive: true });
  await rename(path, join(trash, randomUUID())).catch(error => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}

/** Deletes what was moved to the trash; other processes may use the trash meanwhile. */
export async function emptyTrash(stateDir: string): Promise<void> {
  const trash = join(stateDir, 'trash');
  for (const name of await readdir(trash).catch(() => [])) await removeTree(join(trash, name));
}

/**
 * Deletes a tree, also where its folders were made unreadable or another process is deleting it.
 * Symbolic links are not followed.
 */
export async function removeTree(path: string): Promise<void> {
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 });
  await remove().catch(async () => {
    await makeReadable(path).catch(() => {});
    await remove();
  });
}

/** Makes a tree readable and writable for its owner, and removes setuid, setgid and sticky bits. */
export async function makeReadable(path: string): Promise<void> {
  await execa('chmod', ['-R', 'u+rwX,u-s,g-s,o-t', '--', path], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    extendEnv: false,
    stdin: 'ignore',
  });
}
