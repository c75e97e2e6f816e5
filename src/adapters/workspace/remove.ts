/** Getting rid of what agents left, whatever modes they gave it. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** Out of the way at once; `empty` deletes it later, off the path. Absent is fine. */
export async function discard(stateDir: string, path: string): Promise<void> {
  const trash = join(stateDir, 'trash');
  await mkdir(trash, { recursive: true });
  await rename(path, join(trash, randomUUID())).catch(error => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}

/** Deletes what was discarded; others may discard meanwhile. */
export async function emptyTrash(stateDir: string): Promise<void> {
  const trash = join(stateDir, 'trash');
  for (const name of await readdir(trash).catch(() => [])) await removeTree(join(trash, name));
}

/**
 * Deletes a tree, also where its folders were made unreadable, and while others delete it as well.
 * Links are not followed.
 */
export async function removeTree(path: string): Promise<void> {
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 });
  await remove().catch(async () => {
    await makeReadable(path).catch(() => {});
    await remove();
  });
}

/** Gives us what the agent took from its owner, and takes away what only it could want. */
export async function makeReadable(path: string): Promise<void> {
  await execa('chmod', ['-R', 'u+rwX,u-s,g-s,o-t', '--', path], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    extendEnv: false,
    stdin: 'ignore',
  });
}
