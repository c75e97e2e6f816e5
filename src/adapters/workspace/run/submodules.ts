/**
 * The folders of other repositories in a work tree. Their contents are not fetched: they are of other
 * repositories, to which nobody here has said yes. Whoever misses them is told which they are. What a
 * run leaves in them is nobody's.
 */
import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitOptions, git, records } from '../git/git.ts';

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

/**
 * Removes the repositories that a run left in the folders of submodules, and returns the others. Git
 * asks each whether its files changed, and obeys its configuration meanwhile, which may name programs.
 * Where there is none, git takes nothing from such a folder, whatever is in it. Paths are `latin1`.
 */
export async function removeSubmodules(
  root: string,
  repositories: readonly string[],
  { dir, index = '' }: GitOptions,
): Promise<string[]> {
  if (repositories.length === 0) return [];
  const tracked = records(await git(['ls-files', '--stage', '-z'], { dir, index }), 'latin1');
  const submodules = new Set(
    tracked.filter(isSubmodule).map(entry => entry.slice(entry.indexOf('\t') + 1)),
  );
  const others: string[] = [];
  for (const path of repositories) {
    const bytes = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
    if (isBelow(path, submodules)) await rm(bytes, { recursive: true, force: true });
    else others.push(path);
  }
  return others;
}

const isSubmodule = (entry: string): boolean => entry.startsWith('160000');

/** Whether one of these is the path itself, or stands in the place of a folder of it. */
export function isBelow(path: string, paths: ReadonlySet<string>): boolean {
  for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1))
    if (paths.has(path.slice(0, at))) return true;
  return false;
}
