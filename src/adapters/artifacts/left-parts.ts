/** Files that a process was about to name, or to remove, when it was killed. */
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { digestOf } from './artifact-paths.ts';

/** Nobody writes one file for so long. */
const LEFT_AFTER_MS = 3_600_000;

export const isPart = (name: string): boolean => /^\..+\.part$/.test(name);

/** Whole content gets the name back that it has by its digest, and anything else is removed. */
export async function clearLeftParts(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names.filter(isPart)) {
    const path = join(folder, name);
    // Its process may name or remove it meanwhile. Old content that is renamed keeps its mtime: ctime is new.
    const found = await stat(path).catch(() => null);
    if (found === null || Date.now() - found.ctimeMs < LEFT_AFTER_MS) continue;
    const hex = digestOf(await readFile(path)).slice('sha256:'.length);
    if (hex.startsWith(basename(folder))) await rename(path, join(folder, hex));
    else await rm(path, { force: true });
  }
}
