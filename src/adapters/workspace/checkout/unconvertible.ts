/**
 * Finds the files that git does not take back as it has checked them out, because they are stored in
 * another encoding than in UTF-8. To store files, git gives up on all of them at the first of these.
 */
import { leaveAsStored, MOST_LISTED, quoted } from '../git/attributes.ts';
import { type GitOptions, git, tryGit } from '../git/git.ts';

type Reading = GitOptions & { workTree: string };

/**
 * Git is started so often to store the files of which it named none. What it refuses then are the few
 * that would not come back the same, for which it looks only where it stores them.
 */
const MOST_TRIES = 20;

/**
 * Leaves these files as they are stored, and returns those that have to be checked out once more. The
 * paths are those of regular files: git would open what a symbolic link leads to.
 */
export async function leaveUnconvertible(
  reading: Reading,
  paths: readonly string[],
): Promise<readonly string[]> {
  const first = await firstRefused(reading, listOf(paths), 0);
  if (first === null) return [];
  const rest = paths.slice(first);
  const named = new Set(await namedRefused(reading, rest));
  const refused = [...named];
  const silent = rest.filter(path => !named.has(path));
  const list = listOf(silent);
  let from = 0;
  for (let tries = 0; tries < MOST_TRIES && refused.length <= MOST_LISTED; tries += 1) {
    const next = await firstRefused(reading, list, from);
    from = next === null ? silent.length : next + 1;
    if (next === null) break;
    refused.push(...silent.slice(next, from));
  }
  // What was not tried stays as it is stored as well.
  const left = refused.concat(silent.slice(from));
  return (await leaveAsStored(reading.dir, left)) === 'all' ? paths : left;
}

/** Paths as git reads them, and where each begins. */
type PathList = { input: Buffer; starts: readonly number[] };

function listOf(paths: readonly string[]): PathList {
  const lines = paths.map(path => `${quoted(path)}\n`);
  let length = 0;
  const starts = lines.map(line => {
    length += line.length;
    return length - line.length;
  });
  return { input: Buffer.from(lines.join(''), 'latin1'), starts };
}

const HASH = ['hash-object', '--stdin-paths'];

/** The first of the files, from a place in the list on, that git does not store; `null`: it stores all. */
async function firstRefused(
  reading: Reading,
  { input, starts }: PathList,
  from: number,
): Promise<number | null> {
  const begin = starts[from];
  if (begin === undefined) return null;
  const here = { ...reading, directory: reading.workTree, input: input.subarray(begin) };
  const { exitCode, stdout } = await tryGit([...HASH, '-w'], here);
  return exitCode === 0 ? null : from + stdout.toString().split('\n').length - 1;
}

/** Where git stores nothing, it names each file that it can't convert, and goes on. */
const BEFORE_NAME = /^error: (?:failed to encode|BOM is (?:prohibited|required) in) '/m;
const AFTER_NAME = /' (?:from \S+ to UTF-8|if encoded as \S+)\n/;

/** What it says goes where it prints, so that names stay as they are. */
const SAID_WITH_PRINTED = ['sh', '-c', 'exec "$@" 2>&1', 'sh'];

/** The files that git names. Another name, or one that a name pretends, is none of the paths. */
async function namedRefused(reading: Reading, paths: readonly string[]): Promise<string[]> {
  const said = await git(HASH, {
    ...reading,
    directory: reading.workTree,
    input: listOf(paths).input,
    commandPrefix: [...(reading.commandPrefix ?? []), ...SAID_WITH_PRINTED],
  });
  const known = new Set(paths);
  return said
    .toString('latin1')
    .split(AFTER_NAME)
    .map(each => {
      const before = BEFORE_NAME.exec(each);
      return before ? each.slice(before.index + before[0].length) : '';
    })
    .filter(name => known.has(name));
}
