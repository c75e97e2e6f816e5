/**
 * Saves and restores the files that an agent keeps between two parts of its run, as JSON from path
 * to content. The agent wrote them, so only the bytes of regular files are kept: no links, modes or
 * devices.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { WorkspaceRefused } from '../../../engine/ports/workspace.ts';
import { chownFolder } from '../checkout/checkout.ts';
import { makeReadable } from '../git/trash.ts';

const KeptHome = z.record(z.string(), z.base64());

export const HOME_LIMIT = { bytes: 64_000_000, files: 2_000, depth: 16, path: 1_000 };

/** Creates the agent's folder with the kept files; it is empty where nothing was kept. */
export async function restoreHome(folder: string, kept: Buffer | null): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  if (kept !== null) await writeKept(folder, kept);
  await chownFolder(folder);
}

async function writeKept(folder: string, kept: Buffer): Promise<void> {
  for (const [path, content] of Object.entries(KeptHome.parse(JSON.parse(kept.toString('utf8'))))) {
    const parts = path.split('/');
    if (parts.some(part => part === '' || part === '.' || part === '..'))
      throw new Error(`${JSON.stringify(path)} can't be the path of a file in an agent's home.`);
    const to = join(folder, path);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await writeFile(to, Buffer.from(content, 'base64'), { flag: 'wx', mode: 0o600 });
  }
}

/** Reads the folder's files; throws `WorkspaceRefused` where they exceed `HOME_LIMIT`. */
export async function keepHome(folder: string): Promise<Buffer | null> {
  await makeReadable(folder);
  const home: [string, string][] = [];
  let bytes = 0;
  const readFolder = async (path: string[]): Promise<void> => {
    if (path.length > HOME_LIMIT.depth) throw overLimit('nested folders', HOME_LIMIT.depth);
    for (const entry of await readdir(join(folder, ...path), { withFileTypes: true })) {
      // A name that is not valid UTF-8 would be restored as another name.
      if (entry.name.includes('\ufffd')) continue;
      const entryPath = [...path, entry.name];
      const length = Buffer.byteLength(entryPath.join('/'));
      if (length > HOME_LIMIT.path) throw overLimit('bytes in one path', HOME_LIMIT.path);
      if (entry.isDirectory()) await readFolder(entryPath);
      if (!entry.isFile()) continue;
      const content = await readHomeFile(join(folder, ...entryPath), HOME_LIMIT.bytes - bytes);
      bytes += content.length;
      home.push([entryPath.join('/'), content.toString('base64')]);
      if (home.length > HOME_LIMIT.files) throw overLimit('files', HOME_LIMIT.files);
    }
  };
  await readFolder([]);
  if (home.length === 0) return null;
  home.sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify(Object.fromEntries(home)));
}

/** Reads a file of at most `limit` bytes, never through a symbolic link. */
async function readHomeFile(path: string, limit: number): Promise<Buffer> {
  const file: FileHandle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    if ((await file.stat()).size > limit) throw overLimit('bytes', HOME_LIMIT.bytes);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

const overLimit = (what: string, most: number): WorkspaceRefused =>
  new WorkspaceRefused(`The agent keeps more than ${most} ${what} in its home.`);
