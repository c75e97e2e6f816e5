/**
 * Fetches into a mirror: first the history, then the contents of files that are asked for. With the
 * history of a small repository come most contents; with that of a large one come none. Both are
 * fetched in slices. A slice that arrived is kept, so a fetch that broke goes on after the last of them.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RemoteAway } from '../../../engine/ports/workspace.ts';
import { git, tryGit } from '../git/git.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { type RepositorySource, remoteAccess } from './remote-access.ts';
import { remoteFailure } from './remote-failure.ts';

/** A slice that takes about this long needs few round trips, and little is lost with it. */
const SLICE_MS = 10_000;
const FIRST_COMMITS = 1_000;
const FIRST_CONTENTS = 2_000;
/**
 * A repository up to this size is fetched with the contents of all but large files, because an agent's
 * `git blame` needs old ones. Nothing is known of the size of a fork whose commits are fetched with it.
 */
const SMALL_KILOBYTES = 100_000;
const SMALL_FILE = '1m';
const PROGRESS_MS = 5_000;
/** What git says where a server serves commits only by their branches. */
const UNNAMED = /unadvertised object|not our ref/;
/** The exit code of `flock` where the lock was not free in time. */
const LOCK_TIMED_OUT = 97;
/** The exit code of `IF_EMPTY` where the mirror has a ref. */
const NOT_EMPTY = 98;
/** Runs a command where the mirror has no ref: a first slice would cut off the history that is there. */
const IF_EMPTY = `if [ -e "$0/packed-refs" ] || [ -n "$(find "$0/refs" -type f -print -quit)" ]; then exit ${NOT_EMPTY}; fi; exec "$@"`;
/** Another process has fetched while this one waited for the lock. */
const FETCHED_MEANWHILE = 'It has been fetched meanwhile.';

/**
 * Fetches the commit and all before it, with their folders and tags; the contents of files only where
 * the repository is known to be small. `anew`: the mirror had nothing before.
 */
export async function fetchHistory(
  settings: WorkspaceSettings,
  mirror: string,
  source: RepositorySource,
  commit: string,
): Promise<{ anew: boolean }> {
  const all = ['refs/heads/*:refs/heads/*', 'refs/pull/*/head:refs/pull/*/head'];
  let refs = [`${commit}:refs/gatehouse/${commit}`];
  let commits = FIRST_COMMITS;
  let anew = false;
  for (;;) {
    const [empty, cut] = await Promise.all([isEmpty(mirror), whereCut(mirror)]);
    if (cut === null && !empty && (await hasCommit(mirror, commit))) return { anew };
    const isFirst = cut === null && empty;
    const depth = cut !== null ? `deepen=${commits}` : isFirst && `depth=${commits}`;
    const began = performance.now();
    const problem = await fetchSlice(settings, mirror, source, {
      part: 'history',
      args: ['--force', ...(depth ? [`--${depth}`] : []), 'origin', ...refs],
      isFirst,
    });
    if (problem === FETCHED_MEANWHILE) continue;
    anew ||= empty;
    const reached = await hasCommit(mirror, commit);
    const now = await whereCut(mirror);
    const stands = now === cut;
    const isThere = reached && now === null && !(await isEmpty(mirror));
    if (problem !== null && UNNAMED.test(problem) && refs !== all) refs = all;
    // A tag stands in the way of another that came with the history: `fetchTags` puts that right.
    else if (problem !== null && isThere) return { anew: false };
    else if (problem !== null || (stands && !(reached && cut === null)))
      throw remoteFailure(
        `Commit ${commit} of repository ${source.repository.id} can't be fetched: ${problem || 'the server does not have it'}`,
        problem ?? '',
      );
    commits = nextSize(commits, performance.now() - began, FIRST_COMMITS);
  }
}

/** Fetches these objects, which the mirror does not have. */
export async function fetchObjects(
  settings: WorkspaceSettings,
  mirror: string,
  source: RepositorySource,
  objects: readonly string[],
): Promise<void> {
  let size = FIRST_CONTENTS;
  for (let from = 0; from < objects.length; ) {
    const slice = objects.slice(from, from + size);
    const began = performance.now();
    const problem = await fetchSlice(settings, mirror, source, {
      part: 'files',
      args: ['--no-tags', '--stdin', 'origin'],
      input: slice.map(each => `${each}\n`).join(''),
    });
    if (problem !== null)
      throw remoteFailure(
        `Contents of ${slice.length} files of repository ${source.repository.id} can't be fetched: ${problem}`,
        problem,
      );
    from += slice.length;
    size = nextSize(size, performance.now() - began, FIRST_CONTENTS);
  }
}

/** Fetches what refs of the remote point at, without the history before it: the mirror has that. */
export async function fetchTips(
  settings: WorkspaceSettings,
  mirror: string,
  source: RepositorySource,
  objects: readonly string[],
): Promise<void> {
  for (let from = 0; from < objects.length; from += FIRST_CONTENTS) {
    const slice = objects.slice(from, from + FIRST_CONTENTS);
    const problem = await fetchSlice(settings, mirror, source, {
      part: 'history',
      args: ['--no-tags', '--stdin', 'origin'],
      input: slice.map(each => `${each}\n`).join(''),
    });
    if (problem !== null)
      throw remoteFailure(
        `${slice.length} tags of repository ${source.repository.id} can't be fetched: ${problem}`,
        problem,
      );
  }
}

/** The objects of these trees, or among these objects, that the mirror does not have. */
export async function missingObjects(mirror: string, trees: readonly string[]): Promise<string[]> {
  const args = ['rev-list', '--objects', '--missing=print', '--no-object-names', '--stdin'];
  const listed = await git(args, { dir: mirror, input: trees.map(each => `${each}\n`).join('') });
  return listed
    .toString()
    .split('\n')
    .filter(line => line.startsWith('?'))
    .map(line => line.slice(1));
}

/** `isFirst`: it is for a mirror that has nothing. */
type Slice = { part: 'history' | 'files'; args: string[]; input?: string; isFirst?: boolean };

/** Fetches one slice from the remote; returns what git says where that failed. */
async function fetchSlice(
  settings: WorkspaceSettings,
  mirror: string,
  { repository, remote }: RepositorySource,
  { part, args, input, isFirst = false }: Slice,
): Promise<string | null> {
  const access = await remoteAccess(settings, remote);
  const isSmall = remote.kilobytes !== undefined && remote.kilobytes <= SMALL_KILOBYTES;
  const filter = isSmall ? `blob:limit=${SMALL_FILE}` : 'blob:none';
  let told = performance.now();
  const { exitCode, stderr } = await tryGit(
    ['fetch', '--progress', '--no-write-fetch-head', `--filter=${filter}`, ...args],
    {
      ...access,
      dir: mirror,
      // One fetch runs at a time over all processes; the lock is freed when its holder ends.
      commandPrefix: [
        ...['flock', '-w', '600', '-E', String(LOCK_TIMED_OUT), `${mirror}.lock`],
        ...(isFirst ? ['sh', '-c', IF_EMPTY, mirror] : []),
      ],
      settings: [
        ...access.settings,
        // Only while it fetches has a mirror a remote: no other command ever fetches by itself.
        ...[`remote.origin.url=${remote.url}`, 'remote.origin.promisor=true'],
        `remote.origin.partialCloneFilter=${filter}`,
        // The server is asked for objects by name: what else is here is of no matter.
        ...(part === 'files' ? ['fetch.negotiationAlgorithm=noop'] : []),
        'gc.autoPackLimit=200',
      ],
      onProgress(progress) {
        if (performance.now() - told < PROGRESS_MS) return;
        told = performance.now();
        remote.onProgress?.({ part, progress });
      },
      ...(input === undefined ? {} : { input }),
    },
  );
  if (exitCode === LOCK_TIMED_OUT)
    throw new RemoteAway(
      `Another fetch of repository ${repository.id} has held ${mirror}.lock for ten minutes.`,
    );
  if (isFirst && exitCode === NOT_EMPTY) return FETCHED_MEANWHILE;
  return exitCode === 0 ? null : stderr || `git fetch ended with ${exitCode}`;
}

/** The size of the next slice, by how long one of `size` took. */
const nextSize = (size: number, ms: number, least: number): number =>
  Math.max(least, Math.round(size * Math.min(8, SLICE_MS / Math.max(ms, 1))));

/** The oldest commits that the mirror has, where its history is not whole yet; `null` where it is. */
const whereCut = (mirror: string): Promise<string | null> =>
  readFile(join(mirror, 'shallow'), 'utf8').catch(() => null);

async function hasCommit(mirror: string, commit: string): Promise<boolean> {
  // Whoever fetched it by its name has kept it under a ref of that name.
  const ref = await readFile(join(mirror, 'refs/gatehouse', commit), 'utf8').catch(() => '');
  if (ref.trim() === commit) return true;
  return (await tryGit(['cat-file', '-e', `${commit}^{commit}`], { dir: mirror })).exitCode === 0;
}

/** Whether the mirror has no ref: each fetch leaves one, in a file of its own or among the packed ones. */
async function isEmpty(mirror: string): Promise<boolean> {
  const packed = await stat(join(mirror, 'packed-refs')).catch(() => null);
  if (packed !== null) return false;
  // A folder that goes away meanwhile had refs that are being packed.
  const entries = await readdir(join(mirror, 'refs'), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => null);
  return entries !== null && !entries.some(entry => entry.isFile());
}
