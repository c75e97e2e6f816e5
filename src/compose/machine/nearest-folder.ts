/** Where folders are, also ones that are made later. */
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, relative } from 'node:path';

/** The folder, or the first one above it that is there. */
export function nearestFolder(path: string): string {
  let folder = path;
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

/** What is not there yet is made in the nearest folder that is. */
export async function isBelow(path: string, folder: string): Promise<boolean> {
  const real = (at: string) => realpath(at).catch(() => at);
  const [inner, outer] = await Promise.all([real(nearestFolder(path)), real(folder)]);
  return !/^\.\.(\/|$)/.test(relative(outer, inner));
}
