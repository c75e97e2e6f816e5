/**
 * The record of the shared folders that a run uses: a file in the run's folder, so that removing
 * unused folders leaves those alone.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const SharedFolders = z.object({
  /** The tree whose pristine checkout is the overlay's lower layer. */
  lower: z.string().nullable(),
  /** The path of the prepared folder. */
  prepared: z.string().nullable(),
});
type SharedFolders = z.infer<typeof SharedFolders>;

const FILE = 'uses.json';

export async function recordSharedFolders(runFolder: string, shared: SharedFolders): Promise<void> {
  await writeFile(join(runFolder, FILE), JSON.stringify(shared));
}

export async function readSharedFolders(runFolder: string): Promise<SharedFolders> {
  const text = await readFile(join(runFolder, FILE), 'utf8').catch(() => null);
  return text === null ? { lower: null, prepared: null } : SharedFolders.parse(JSON.parse(text));
}
