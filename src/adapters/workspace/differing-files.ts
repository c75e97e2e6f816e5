/**
 * Lists the files in which two trees differ, by their names and objects alone: whether a change is too
 * large is known before any content is read.
 */
import { CHANGE_LIMITS, type Change } from '../../core/change.ts';
import { WorkspaceRefused } from '../../engine/ports/workspace.ts';
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
): Promise<Difference> {
  const most = CHANGE_LIMITS.files;
  const beyond = (files: number, extent: string): Difference => {
    const reason = `It changes ${extent} files; at most ${most} are allowed.`;
    return { files: [], beyond: { files, bytes: 0, reason } };
  };
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', before, after];
  const memoryBytes = Math.min(limits.memoryBytes, LISTING_MEMORY);
  let listed: Buffer;
  try {
    listed = await gitOnce(args, { dir, limits: { ...limits, memoryBytes }, most: LISTED_BYTES });
  } catch (error) {
    if (!(error instanceof WorkspaceRefused)) throw error;
    return beyond(most + 1, 'uncountably many');
  }
  // The output is ":<mode> <mode> <blob> <blob> <status>\0<path>\0" for each file.
  const count = Math.floor(recordsIn(listed) / 2);
  if (listed.length >= LISTED_BYTES) return beyond(Math.max(count, most + 1), `${count} or more`);
  if (count > most) return beyond(count, String(count));
  const fields = records(listed, 'latin1');
  const longest = fields.reduce((most, field) => Math.max(most, field.length), 0);
  if (longest > LONGEST_PATH) {
    const reason = `It has a path of ${longest} bytes; at most ${LONGEST_PATH} are allowed.`;
    return { files: [], beyond: { files: count, bytes: 0, reason } };
  }
  const files = Array.from({ length: count }, (_, at) => {
    const [old = '', now = '', from = '', to = ''] = (fields[at * 2] ?? '').slice(1).split(' ');
    const sha = { before: present(from), after: present(to) };
    // Bytes that are not UTF-8 are replaced: a name with them is none that anything is called.
    const path = Buffer.from(fields[at * 2 + 1] ?? '', 'latin1').toString();
    return { path, mode: { before: old, after: now }, sha };
  });
  return { files, beyond: null };
}

/** How many NUL-terminated records there are, which takes no memory. */
function recordsIn(output: Buffer): number {
  let count = 0;
  for (let at = output.indexOf(0); at !== -1; at = output.indexOf(0, at + 1)) count += 1;
  return count;
}

/** The blobs of files on both sides: a submodule's commit is not of this repository. */
export const blobsOf = (files: readonly DifferingFile[]): string[] =>
  files.flatMap(({ mode, sha }) => [
    ...(sha.before !== null && mode.before !== SUBMODULE ? [sha.before] : []),
    ...(sha.after !== null && mode.after !== SUBMODULE ? [sha.after] : []),
  ]);

const SUBMODULE = '160000';

export const present = (sha: string): string | null => (/^0+$/.test(sha) ? null : sha);
