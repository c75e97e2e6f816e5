/** What control groups of version 2 limit is switched on in their parent. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const CONTROLLERS = ['memory', 'pids', 'cpu'];

/**
 * Lets the groups below this one limit memory and processes and share the processors. In a group that
 * was just delegated nothing is on; one that can't be switched on here, such as that of the processors
 * on a machine with real-time processes, is left off, and the others are on all the same.
 */
export async function enableControllers(folder: string): Promise<void> {
  for (const name of CONTROLLERS)
    await writeFile(join(folder, 'cgroup.subtree_control'), `+${name}`).catch(() => {});
}
