/** Bare mirrors, one for each repository id, to which only Gatehouse writes. */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAnswerCache, createBoundedCache } from '../../../core/bounds/bounded-cache.ts';
import { Aborted, unlessAborted } from '../git/aborted.ts';
import { writeOverrides } from '../git/attributes.ts';
import { assertObjectName, treeOf } from '../git/git.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { fetchHistory, fetchObjects, missingObjects } from './fetch.ts';
import { fetchTags } from './fetch-tags.ts';
import type { RepositorySource } from './remote-access.ts';

/** Creates a bare git directory, which also reads the objects of the git directories `alternates`. */
export async function createGitDir(dir: string, alternates: string[]): Promise<void> {
  for (const name of ['info', 'objects/info', 'objects/pack', 'refs/heads'])
    await mkdir(join(dir, name), { recursive: true });
  await writeFile(join(dir, 'HEAD'), 'ref: refs/heads/main\n');
  await writeFile(join(dir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
  await writeOverrides(dir);
  await writeFile(
    join(dir, 'objects/info/alternates'),
    alternates.map(other => `${join(other, 'objects')}\n`).join(''),
  );
}

/** The mirror of a repository, created empty where it does not exist. */
async function findMirror(stateDir: string, repository: { id: number }): Promise<string> {
  const mirror = join(stateDir, 'mirrors', `${repository.id}.git`);
  // That it is used is what keeps it: see `old-mirrors.ts`.
  const now = new Date();
  if (
    await utimes(mirror, now, now).then(
      () => true,
      () => false,
    )
  )
    return mirror;
  const fresh = `${mirror}.${randomUUID()}`;
  await createGitDir(fresh, []);
  // Another process may have created the mirror first; then that one is used.
  await rename(fresh, mirror).catch(async error => {
    await rm(fresh, { recursive: true, force: true });
    if (!(await exists(mirror))) throw error;
  });
  return mirror;
}

/** The mirror with the commit and its history, which are fetched where the mirror does not have them. */
export async function mirrorWithCommit(
  settings: WorkspaceSettings,
  source: RepositorySource,
  commit: string,
): Promise<string> {
  assertObjectName(commit);
  const mirror = await findMirror(settings.stateDir, source.repository);
  const { signal } = source.remote;
  await fetchOnce(mirror, { what: `history ${commit}`, signal }, async () => {
    const { anew } = await fetchHistory(settings, mirror, source, commit);
    if (anew) tagged.set(mirror, Promise.resolve({ at: Date.now(), said: null }));
  });
  return mirror;
}

/**
 * Makes its tags the remote's, where that was not done a moment ago. Where the remote can't be asked they stay
 * what they were: a run that needs the network says so itself. Returns what the remote said of them last, which
 * is the same for the same tags; null: that is not known.
 */
export async function freshenTags(
  settings: WorkspaceSettings,
  source: RepositorySource,
  mirror: string,
): Promise<string | null> {
  const last = (await tagged.get(mirror)) ?? { at: 0, said: null };
  // Where the remote was not asked because all was fetched from it, what it has is that of this moment.
  if (Date.now() - last.at < settings.tagsMs) return last.said ?? `at ${last.at}`;
  // Every run of the repository waits for it.
  const limit = AbortSignal.timeout(TAGS_LIMIT_MS);
  const { remote } = source;
  const signal = remote.signal ? AbortSignal.any([remote.signal, limit]) : limit;
  const limited = { ...source, remote: { ...remote, signal } };
  const asked = fetchTags(settings, mirror, limited, last.said).then(
    said => ({ at: Date.now(), said }),
    () => ({ at: 0, said: null }),
  );
  tagged.set(mirror, asked);
  return (await asked).said;
}

/** The same, with the contents of all files at the commit. */
export async function mirrorWithFiles(
  settings: WorkspaceSettings,
  source: RepositorySource,
  commit: string,
): Promise<string> {
  const mirror = await mirrorWithCommit(settings, source, commit);
  const { signal } = source.remote;
  await fetchOnce(mirror, { what: `files ${commit}`, signal }, async () => {
    const tree = await treeOf(mirror, commit);
    await fetchObjects(settings, mirror, source, await missingObjects(mirror, [tree]));
  });
  return mirror;
}

const fetched = createAnswerCache<string, void>(20_000);
/** The mirror has the commit now, with its history and the contents of all files. */
export async function knowFetched(mirror: string, commit: string): Promise<void> {
  for (const what of [`history ${commit}`, `files ${commit}`])
    await fetchOnce(mirror, { what, signal: undefined }, async () => {});
}

/** When the tags of a mirror were last made the remote's, and by what it said. */
const tagged = createBoundedCache<string, Promise<{ at: number; said: string | null }>>(5_000);

/** The tags of the largest repositories are listed in seconds. */
const TAGS_LIMIT_MS = 5 * 60_000;

/**
 * What was fetched is never removed from a mirror, so it is looked for once; inode and birth are part of
 * the key because another folder at the same path is another mirror, also where it got the same inode.
 */
export async function fetchOnce(
  mirror: string,
  { what, signal }: { what: string; signal: AbortSignal | undefined },
  fetch: () => Promise<void>,
): Promise<void> {
  const { ino, birthtimeNs } = await stat(mirror, { bigint: true });
  const key = `${ino} ${birthtimeNs} ${what}`;
  for (;;) {
    try {
      return await unlessAborted(fetched.get(key, fetch), signal);
    } catch (error) {
      // Another call may have fetched it for this one too, and have been ended.
      if (!(error instanceof Aborted) || signal?.aborted) throw error;
    }
  }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
