/** A git directory for the time of one call, which reads what a mirror has. */
import { randomUUID } from 'node:crypto';
import { rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { createGitDir } from './mirror.ts';

/** `reap` removes one that was not used for ten minutes. */
const USED_EACH_MS = 60_000;

/** Its time says that it is used, until the call ends or its process is killed. */
export async function withTemporaryGit<T>(
  stateDir: string,
  mirror: string,
  use: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = join(stateDir, 'runs', `.push-${randomUUID()}`);
  const used = setInterval(() => {
    const now = new Date();
    utimes(dir, now, now).catch(() => {});
  }, USED_EACH_MS);
  try {
    await createGitDir(dir, [mirror]);
    return await use(dir);
  } finally {
    clearInterval(used);
    // Only Gatehouse wrote there. What is left of it `reap` removes.
    await rm(dir, { recursive: true, force: true }).catch(() => {});
  }
}
