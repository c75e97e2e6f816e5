/**
 * Lists the files in which two trees differ, by their names and objects alone: whether a change is too
 * large is known before any content is read.
 */
import { CHANGE_LIMITS, type Change } from '../../../core/change.ts';
import { WorkspaceRefused } from '../../../engine/ports/workspace.ts';
import { gitOnce, records } from './git.ts';
import type { GitLimits } from './git-limits.ts';
import { LONGEST_PATH } from './longest-path.ts';

/** A git directory, and what a command that reads content in it may use up. */
export type GitDirectory = { dir: string; limits: GitLimits };

export type DifferingFile = {
  path: string;
  mode: { before: string; after: string };
  /** `null` where there is none. */
  sha: { before: string | null; after: string | null };
};

type Difference = { files: DifferingFile[]; beyond: NonNullable<Change['beyond']> | null };

/** More than the names of the most files that a change may have, at their longest. */
const LISTED_BYTES = 16 * 1024 * 1024;
/** Git holds the whole list before it prints it. A tree of trees that repeat has no end. */
const LISTING_MEMORY = 256 * 1024 * 1024;

export async function differingFiles(
  { dir, limits }: GitDirectory,
  before: string,
  after: string,
  most: Pick<typeof CHANGE_LIMITS, 'files' | 'pathBytes'> = CHANGE_LIMITS,
): Promise<Difference> {
  const over = (files: number, reason: string): Difference => ({
    files: [],
    beyond: { files, bytes: 0, reason },
  });
  const tooMany = (files: number, extent: string) =>
    over(files, `It changes ${extent} files; at most ${most.files} are allowed.`);
  const listed = await listDifferences({ dir, limits }, before, after);
  if (listed === null) return tooMany(most.files + 1, 'uncountably many');
  const count = filesIn(listed);
  if (listed.length >= LISTED_BYTES)
    return tooMany(Math.max(count, most.files + 1), `${count} or more`);
  if (count > most.files) return tooMany(count, String(count));
  const fields = withoutFolders(records(listed, 'latin1'));
  const unreadable = unreadableBecause(
    fields.filter((_, at) => at % 2 === 1),
    most.pathBytes,
  );
  if (unreadable !== null) return over(count, unreadable);
  const files = Array.from({ length: count }, (_, at) => {
    const [old = '', now = '', from = '', to = ''] = (fields[at * 2] ?? '').slice(1).split(' ');
    const sha = { before: present(from), after: present(to) };
    // Bytes that are not UTF-8 are replaced: a name with them is none that anything is called.
    const path = Buffer.from(fields[at * 2 + 1] ?? '', 'latin1').toString();
    return { path, mode: { before: old, after: now }, sha };
  });
  return { files, beyond: null };
}

/** Why nobody reads files of these paths, which are bytes. */
function unreadableBecause(paths: readonly string[], most: number): string | null {
  const longest = paths.reduce((length, path) => Math.max(length, path.length), 0);
  if (longest > LONGEST_PATH)
    return `It has a path of ${longest} bytes; at most ${LONGEST_PATH} are allowed.`;
  // Whatever judges a change looks at each of its paths many times.
  const together = paths.reduce((sum, path) => sum + path.length, 0);
  if (together > most)
    return `The paths of its files have ${together} bytes together; at most ${most} are allowed.`;
  return paths.some(path => NOWHERE.test(path))
    ? 'It has a file in a folder that is called "." or "..", which git never checks out.'
    : null;
}

/** A path that leads elsewhere than its tree says. */
const NOWHERE = /(?:^|\/)\.{1,2}(?:\/|$)/;

/** How git lists the files and folders in which two trees differ. */
export const DIFFERENCES = ['diff-tree', '-r', '-t', '-z', '--raw', '--no-abbrev', '--no-renames'];

/**
 * ":<mode> <mode> <object> <object> <status>\0<path>\0" for each file and folder, and no more of them than
 * `LISTED_BYTES` hold; `null`: they are uncountably many.
 */
async function listDifferences(
  { dir, limits }: GitDirectory,
  before: string,
  after: string,
): Promise<Buffer | null> {
  const memoryBytes = Math.min(limits.memoryBytes, LISTING_MEMORY);
  const lasting = { dir, limits: { ...limits, memoryBytes }, most: LISTED_BYTES };
  try {
    return await gitOnce([...DIFFERENCES, before, after], lasting);
  } catch (error) {
    if (!(error instanceof WorkspaceRefused)) throw error;
    return null;
  }
}

/** The list, where it is whole. */
export async function allDifferences(
  reading: GitDirectory,
  before: string,
  after: string,
): Promise<Buffer | null> {
  const listed = await listDifferences(reading, before, after);
  return listed && listed.length < LISTED_BYTES ? listed : null;
}

const FOLDER = '040000';
const isFolder = (entry: string): boolean =>
  entry.startsWith(FOLDER, 1) || entry.startsWith(FOLDER, 1 + FOLDER.length + 1);

/** How many files are listed, which takes no memory. */
function filesIn(output: Buffer): number {
  let count = 0;
  for (let at = 0; ; ) {
    const path = output.indexOf(0, at) + 1;
    const end = path === 0 ? -1 : output.indexOf(0, path);
    if (end === -1) return count;
    if (!isFolder(output.toString('latin1', at, at + 2 * (1 + FOLDER.length)))) count += 1;
    at = end + 1;
  }
}

const withoutFolders = (fields: string[]): string[] =>
  fields.filter((_, at) => !isFolder(fields[at & ~1] ?? ''));

/** The blobs of files on both sides: a submodule's commit is not of this repository. */
export const blobsOf = (files: readonly DifferingFile[]): string[] =>
  files.flatMap(({ mode, sha }) => [
    ...(sha.before !== null && mode.before !== SUBMODULE ? [sha.before] : []),
    ...(sha.after !== null && mode.after !== SUBMODULE ? [sha.after] : []),
  ]);

const SUBMODULE = '160000';

export const present = (sha: string): string | null => (/^0+$/.test(sha) ? null : sha);
