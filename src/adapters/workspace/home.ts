/**
 * What an agent keeps of itself between two parts of its run: plain files, as JSON from path to
 * content. An agent wrote them, so nothing but their bytes is taken: no links, no modes, no devices.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { WorkspaceRefused } from '../../engine/ports/workspace.ts';
import { makeReadable } from './remove.ts';

const Home = z.record(z.string(), z.base64());

export const HOME_LIMIT = { bytes: 64_000_000, files: 2_000, depth: 16 };

/** The folder as it was kept; an empty one where nothing was. */
export async function layHome(folder: string, kept: Buffer | null): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  if (kept === null) return;
  for (const [path, content] of Object.entries(Home.parse(JSON.parse(kept.toString('utf8'))))) {
    const parts = path.split('/');
    if (parts.some(part => part === '' || part === '.' || part === '..'))
      throw new Error(`${JSON.stringify(path)} is no path of a home.`);
    const to = join(folder, path);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await writeFile(to, Buffer.from(content, 'base64'), { flag: 'wx', mode: 0o600 });
  }
}

/** Throws `WorkspaceRefused` where it is more than a session needs. */
export async function keepHome(folder: string): Promise<Buffer | null> {
  await makeReadable(folder);
  const home: [string, string][] = [];
  let bytes = 0;
  const look = async (path: string[]): Promise<void> => {
    if (path.length > HOME_LIMIT.depth) throw tooMuch('folders in each other', HOME_LIMIT.depth);
    for (const entry of await readdir(join(folder, ...path), { withFileTypes: true })) {
      // A name that is no text would be another one after it was kept.
      if (entry.name.includes('\ufffd')) continue;
      const inside = [...path, entry.name];
      if (entry.isDirectory()) await look(inside);
      if (!entry.isFile()) continue;
      const content = await readFile(join(folder, ...inside), HOME_LIMIT.bytes - bytes);
      bytes += content.length;
      home.push([inside.join('/'), content.toString('base64')]);
      if (home.length > HOME_LIMIT.files) throw tooMuch('files', HOME_LIMIT.files);
    }
  };
  await look([]);
  if (home.length === 0) return null;
  home.sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify(Object.fromEntries(home)));
}

/** Never through a link, and never more than there is room for. */
async function readFile(path: string, room: number): Promise<Buffer> {
  const file: FileHandle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    if ((await file.stat()).size > room) throw tooMuch('bytes', HOME_LIMIT.bytes);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

const tooMuch = (what: string, most: number): WorkspaceRefused =>
  new WorkspaceRefused(`The agent keeps more than ${most} ${what} in its home.`);
