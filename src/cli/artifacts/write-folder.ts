/** Files are written as a folder that appears whole or not at all, with the digests of all of them. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** `path`: the names of the folders that it is in, and its own. */
export type FolderFile = { path: readonly string[]; content: Buffer | string };

/** As `sha256sum --check` reads it. */
const SUMS = 'SHA256SUMS';

/** Neither leaves the folder, nor is hidden, nor means something to a shell or to `sha256sum`. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,254}$/;

/** Throws where the folder is there already and holds something, and where a name is none. */
export async function writeFolder(
  to: string,
  files: AsyncIterable<FolderFile>,
): Promise<{ files: number; bytes: number }> {
  const folder = resolve(to);
  const present = await readdir(folder).catch(error => {
    if (error.code === 'ENOENT') return [];
    throw new Error(`${folder} can't be written: ${error.message}`);
  });
  if (present.length > 0)
    throw new Error(`${folder} is not empty: name a folder that is not there yet`);
  const part = `${folder}.${randomUUID()}.part`;
  const sums: string[] = [];
  let bytes = 0;
  try {
    await mkdir(part, { recursive: true, mode: 0o700 });
    for await (const { path, content } of files) {
      const written = Buffer.from(content);
      await write(part, path, written);
      const digest = createHash('sha256').update(written).digest('hex');
      sums.push(`${digest}  ${path.join('/')}\n`);
      bytes += written.length;
    }
    await write(part, [SUMS], Buffer.from(sums.join('')));
    await rename(part, folder);
  } catch (error) {
    await rm(part, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
  return { files: sums.length, bytes };
}

async function write(folder: string, path: readonly string[], content: Buffer): Promise<void> {
  const wrong = path.find(name => !NAME.test(name));
  if (path.length === 0 || wrong !== undefined)
    throw new Error(`${JSON.stringify(wrong ?? '')} is not a name that a file may have`);
  const at = join(folder, ...path);
  await mkdir(dirname(at), { recursive: true, mode: 0o700 });
  await using file = await open(at, 'wx', 0o600);
  await file.writeFile(content);
  await file.sync();
}
