/** Takes a commit with its history, or a folder as it lies there, into a repository of ours. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { git } from './git.ts';

export const BRANCH = 'main';

/** The same files always make the same commit. */
const AUTHOR = {
  GIT_AUTHOR_NAME: 'Gatehouse',
  GIT_AUTHOR_EMAIL: 'gatehouse@localhost',
  GIT_AUTHOR_DATE: '2000-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Gatehouse',
  GIT_COMMITTER_EMAIL: 'gatehouse@localhost',
  GIT_COMMITTER_DATE: '2000-01-01T00:00:00Z',
};

/** `id`: the same for the same content, so that what is fetched and installed of it is used again. */
export type FetchedRepository = { id: number; name: string; path: string; commit: string };

/** `signal` ends a fetch. */
export type WantedCommit = {
  place: string;
  commit: string | null;
  signal?: AbortSignal | undefined;
};

/** `folder`: where repositories of ours are. */
export async function take(
  folder: string,
  { place, commit, signal }: WantedCommit,
): Promise<FetchedRepository> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const known = commit === null ? null : taken(folder, place, commit, `${place}@${commit}`);
  if (known && (await isThere(known.path))) return known;
  const fresh = join(folder, `${randomUUID()}.git`);
  try {
    await git(fresh, [
      'init',
      '--quiet',
      '--bare',
      '--template=',
      `--initial-branch=${BRANCH}`,
      fresh,
    ]);
    for (const setting of ['uploadpack.allowFilter', 'uploadpack.allowAnySHA1InWant'])
      await git(fresh, ['config', setting, 'true']);
    if (commit !== null) await fetchCommit(fresh, { place, commit, signal });
    const sha = commit ?? (await commitFolder(fresh, place));
    await git(fresh, ['update-ref', `refs/heads/${BRANCH}`, sha]);
    const fetched = known ?? taken(folder, place, sha, sha);
    if (!(await isThere(fetched.path))) await rename(fresh, fetched.path);
    return fetched;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

function taken(folder: string, place: string, commit: string, content: string): FetchedRepository {
  // No id of GitHub's is that long, and a number holds it exactly.
  const id = Number.parseInt(createHash('sha256').update(content).digest('hex').slice(0, 12), 16);
  return { id, name: nameOf(place), path: join(folder, `${id}.git`), commit };
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function commitFolder(dir: string, folder: string): Promise<string> {
  try {
    await git(dir, ['--work-tree', folder, 'add', '--all', '--', '.'], { cwd: folder });
  } catch (error) {
    const [, nested] = NO_COMMIT.exec(String(error)) ?? [];
    throw nested === undefined ? error : nestedRepository(folder, nested.replace(/\/$/, ''));
  }
  const tree = await git(dir, ['write-tree']);
  const entries = (await git(dir, ['ls-tree', '-r', '-z', tree])).split('\0');
  const link = entries.find(entry => entry.startsWith('160000 '));
  if (link) throw nestedRepository(folder, link.slice(link.indexOf('\t') + 1));
  return git(dir, ['commit-tree', tree, '-m', 'As the folder is'], { env: AUTHOR });
}

/** How git refuses a repository in the folder that has no commit; one with a commit becomes a link to it. */
const NO_COMMIT = /error: '([^'\n]{1,4096})' does not have a commit checked out/;

const nestedRepository = (folder: string, path: string): Error =>
  new Error(
    `${join(folder, path)} is a git repository of its own, whose files git leaves out: remove its .git, or name it in .gitignore`,
  );

async function fetchCommit(
  dir: string,
  { place, commit, signal }: WantedCommit & { commit: string },
): Promise<void> {
  const fetch = (refspec: string) =>
    git(dir, [...FETCH, '--', place, refspec], { reaches: true, signal });
  const has = () => git(dir, ['cat-file', '-e', `${commit}^{commit}`]);
  try {
    await fetch(commit);
    await has();
  } catch (error) {
    signal?.throwIfAborted();
    // Some servers give commits by their branches only.
    await fetch('+refs/heads/*:refs/taken/*').catch(() => Promise.reject(error));
    await has().catch(() => {
      throw new Error(`${place} has no commit ${commit} on any branch: correct \`commit\``);
    });
    // Later commits of these branches are not to be found.
    const refs = await git(dir, ['for-each-ref', '--format=delete %(refname)', 'refs/taken']);
    await git(dir, ['update-ref', '--stdin'], { input: `${refs}\n` });
  }
}

const FETCH = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head'];

const UNFINISHED = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.git$/;
/** No fetch takes so long. */
const FORGOTTEN_MS = 2 * 60 * 60_000;

/** Removes what fetches left that were killed. */
export async function sweepUnfinished(folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const path of names.filter(name => UNFINISHED.test(name)).map(name => join(folder, name))) {
    const found = await stat(path).catch(() => null);
    if (found && now - found.mtimeMs > FORGOTTEN_MS)
      await rm(path, { recursive: true, force: true });
  }
}

function nameOf(place: string): string {
  const name = basename(place.replace(/[/:]+$/, '').replace(/\.git$/, ''))
    .replace(/[^\w.-]/g, '-')
    .slice(0, 100);
  return /^[-.]*$/.test(name) ? 'repository' : name;
}
