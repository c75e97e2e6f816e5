/** Lays files over a work tree that an agent wrote: wherever a link of it leads, nothing is written there. */
import { chmod, chown, lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AGENT_UID } from '../ports/sandbox.ts';

/** `path`: from the root of the repository. */
export type HiddenFile = { path: string; content: Buffer; executable: boolean };

export async function layOver(root: string, files: readonly HiddenFile[]): Promise<void> {
  for (const { path, content, executable } of files) {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    let folder = root;
    for (const part of parts) {
      folder = join(folder, part);
      await ensureFolder(folder);
    }
    const file = join(folder, name);
    await rm(file, { recursive: true, force: true });
    await writeFile(file, content, { flag: 'wx' });
    await chmod(file, executable ? 0o755 : 0o644);
    await handOver(file);
  }
}

/** What is no folder makes room for one. */
async function ensureFolder(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => null);
  if (found?.isDirectory()) return;
  await rm(folder, { force: true });
  await mkdir(folder, { mode: 0o755 });
  await handOver(folder);
}

/** Where Gatehouse runs as root, agents and commands do not. */
async function handOver(path: string): Promise<void> {
  if (process.getuid?.() === 0) await chown(path, AGENT_UID, AGENT_UID);
}
