/**
 * The folders of other repositories in a work tree. Their contents are not fetched: they are of other
 * repositories, to which nobody here has said yes. Whoever misses them is told which they are.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** A longer file is no list of submodules that anybody made by hand. */
const MOST_BYTES = 64 * 1024;
const MOST = 50;

/** The paths that `.gitmodules` of a checkout names, as it names them. */
export async function submodulesIn(files: string): Promise<string[]> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(join(files, '.gitmodules'), flags).catch(() => null);
  if (file === null) return [];
  try {
    const found = await file.stat();
    if (!found.isFile() || found.size > MOST_BYTES) return [];
    return pathsIn(await file.readFile('utf8')).slice(0, MOST);
  } finally {
    await file.close();
  }
}

function pathsIn(text: string): string[] {
  const paths = new Set<string>();
  for (const line of text.split('\n')) {
    const [name = '', ...value] = line.split('=');
    const path = value.join('=').trim().replace(/^"|"$/g, '');
    if (name.trim().toLowerCase() === 'path' && path !== '') paths.add(path);
  }
  return [...paths];
}
