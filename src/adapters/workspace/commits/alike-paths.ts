/** The names beside those that a change adds, of which some file system can hold only one. */

import { type Alike, alikeNames, DEEPEST } from '../../../core/paths/alike-names.ts';
import type { GitDirectory } from '../git/differing-files.ts';
import { records } from '../git/git.ts';
import { gitOnceInTurn, type Questions } from '../git/git-in-turn.ts';

/** Characters of the folders that are named to one command: a system takes no more than some megabytes. */
const AT_ONCE = 200_000;
/** Characters of all of them: a change of files in folders of their own, hundreds deep, has more. */
export const MOST_IN_FOLDERS = 8_000_000;
/** More names than these are not compared. */
const LISTED_BYTES = 16 * 1024 * 1024;

/** What `alikePaths` asks git; `null`: they stand in folders whose names are more than `MOST_IN_FOLDERS`. */
export function alikeQuestions(
  tree: string,
  added: readonly string[],
): { questions: Questions; most: number } | null {
  const folders = added.length === 0 ? new Set<string>() : foldersAbove(added);
  if (folders === null) return null;
  const lists = added.length === 0 ? [] : [[], ...commandsFor(folders)];
  const questions = lists.map(some => [
    ...['ls-tree', '-z', '--name-only', '--full-tree', tree, '--'],
    ...some,
  ]);
  return { questions, most: LISTED_BYTES };
}

/** The answer to what was asked about these paths. */
export async function alikePaths(
  { dir, limits }: GitDirectory,
  { questions, most }: { questions: Questions; most: number },
  added: readonly string[],
): Promise<Alike[]> {
  if (questions.length === 0) return [];
  const listed = await gitOnceInTurn(questions, { dir, limits, most });
  return alikeNames(
    added,
    listed.flatMap(names => records(names)),
  );
}

/** Every folder above the paths that is compared, as git lists what is in it; `null`: they are too many. */
function foldersAbove(paths: readonly string[]): Set<string> | null {
  const folders = new Set<string>();
  let length = 0;
  for (const path of paths) {
    let at = path.indexOf('/');
    for (let depth = 0; at >= 0 && depth < DEEPEST; depth++, at = path.indexOf('/', at + 1)) {
      const folder = path.slice(0, at + 1);
      if (folders.has(folder)) continue;
      folders.add(folder);
      length += folder.length;
    }
    if (length > MOST_IN_FOLDERS) return null;
  }
  return folders;
}

function* commandsFor(folders: Iterable<string>): Generator<string[]> {
  let [named, length]: [string[], number] = [[], 0];
  for (const folder of folders) {
    if (length > AT_ONCE) {
      yield named;
      [named, length] = [[], 0];
    }
    named.push(folder);
    length += folder.length;
  }
  if (named.length > 0) yield named;
}
