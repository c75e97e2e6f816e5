/** Takes a commit with its history, or a folder as it lies there, into a repository of ours. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';

export const BRANCH = 'main';

/** The settings of whoever runs us reach private repositories; what they say of files is left out. */
const SETTINGS = ['core.autocrlf=false', 'core.excludesFile=/dev/null', 'gc.auto=0'].flatMap(
  setting => ['-c', setting],
);

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

export async function take(
  folder: string,
  place: string,
  commit: string | null,
): Promise<FetchedRepository> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const known = commit === null ? null : taken(folder, place, commit, `${place}@${commit}`);
  if (known && (await isThere(known.path))) return known;
  const fresh = join(folder, `${randomUUID()}.git`);
  try {
    await git(fresh, ['init', '--quiet', '--bare', `--initial-branch=${BRANCH}`, fresh]);
    for (const setting of ['uploadpack.allowFilter', 'uploadpack.allowAnySHA1InWant'])
      await git(fresh, ['config', setting, 'true']);
    if (commit !== null) await fetchCommit(fresh, place, commit);
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
  await git(dir, ['--work-tree', folder, 'add', '--all', '--', '.'], { cwd: folder });
  const tree = await git(dir, ['write-tree']);
  return git(dir, ['commit-tree', tree, '-m', 'As the folder is'], { env: AUTHOR });
}

async function fetchCommit(dir: string, place: string, commit: string): Promise<void> {
  const fetch = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--', place];
  const has = () => git(dir, ['cat-file', '-e', `${commit}^{commit}`]);
  try {
    await git(dir, [...fetch, commit]);
    await has();
  } catch (error) {
    // Some servers give commits by their branches only.
    await git(dir, [...fetch, '+refs/heads/*:refs/taken/*']).catch(() => Promise.reject(error));
    await has().catch(() => {
      throw new Error(`${place} has no commit ${commit} on any branch: correct \`commit\``);
    });
  }
}

async function git(
  dir: string,
  args: string[],
  { cwd, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const { exitCode, stdout, stderr } = await execa(
    'git',
    [...SETTINGS, '--git-dir', dir, ...args],
    {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...env, GIT_TERMINAL_PROMPT: '0', GIT_PROTOCOL: 'version=2' },
      reject: false,
      stdin: 'ignore',
    },
  );
  if (exitCode === 0) return stdout.trim();
  throw new Error(`git ${args[0] === '--work-tree' ? 'add' : args[0]}: ${stderr.trim()}`);
}

function nameOf(place: string): string {
  const name = basename(place.replace(/[/:]+$/, '').replace(/\.git$/, ''))
    .replace(/[^\w.-]/g, '-')
    .slice(0, 100);
  return /^[-.]*$/.test(name) ? 'repository' : name;
}
