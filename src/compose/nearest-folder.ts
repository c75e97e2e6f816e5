import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** The folder, or the first one above it that is there. */
export function nearestFolder(path: string): string {
  let folder = path;
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}
