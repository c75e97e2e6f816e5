/** A git directory for the time of one call, which reads what a mirror has. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createGitDir } from './mirror.ts';
import { emptyTrash, moveToTrash } from './trash.ts';

/** By its name `reap` sees which process it belongs to, and removes what a dead one left. */
export async function withTemporaryGit<T>(
  stateDir: string,
  mirror: string,
  use: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = join(stateDir, 'runs', `.push-${process.pid}-${randomUUID()}`);
  try {
    await createGitDir(dir, [mirror]);
    return await use(dir);
  } finally {
    await moveToTrash(stateDir, dir);
    void emptyTrash(stateDir).catch(() => {});
  }
}
