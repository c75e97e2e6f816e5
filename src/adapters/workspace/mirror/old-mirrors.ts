/** Removes mirrors that nothing used for a while: they are fetched again where they are needed. */
import { readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { moveToTrash } from '../git/trash.ts';

export async function removeOldMirrors(stateDir: string, keptMs: number): Promise<void> {
  const folder = join(stateDir, 'mirrors');
  const old: string[] = [];
  // Others there are the locks of fetches: whoever waits for one has it open.
  for (const name of await readdir(folder))
    if (name.endsWith('.git') && (await isOld(join(folder, name), keptMs))) old.push(name);
  if (old.length === 0) return;
  const used = await usedMirrors(stateDir);
  for (const name of old) {
    const mirror = join(folder, name);
    if (used.has(mirror)) continue;
    // Nobody begins to use it under this name: it is judged and removed as it is.
    const taken = join(folder, `.old-${name}`);
    // Another process may remove it at the same time.
    const isTaken = await rename(mirror, taken).then(
      () => true,
      () => false,
    );
    if (!isTaken) continue;
    if (await isOld(taken, keptMs)) await moveToTrash(stateDir, taken);
    else await rename(taken, mirror).catch(() => moveToTrash(stateDir, taken));
  }
}

/** The mirrors from which the git directories of runs read objects. */
async function usedMirrors(stateDir: string): Promise<Set<string>> {
  const used = new Set<string>();
  for (const run of await readdir(join(stateDir, 'runs'))) {
    // The folder of a push is a git directory itself.
    const dir = join(stateDir, 'runs', run, run.startsWith('.') ? '' : 'git');
    const text = await readFile(join(dir, 'objects/info/alternates'), 'utf8').catch(() => '');
    for (const line of text.split('\n')) used.add(line.replace(/\/objects$/, ''));
  }
  return used;
}

async function isOld(path: string, keptMs: number): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > keptMs;
}
