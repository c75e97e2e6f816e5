/** Bare mirrors, one for each repository id, to which only Gatehouse writes. */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAnswerCache } from '../../core/bounded-cache.ts';
import type { OpenWorkspace } from '../../engine/ports/workspace.ts';
import { assertObjectName, tryGit } from './git.ts';

export type RepositorySource = Pick<OpenWorkspace, 'repository' | 'remote'>;

/**
 * Attributes that override those of the repository: files in a work tree are their blobs byte for
 * byte, no filter runs, and no file is left out of a diff by being declared binary.
 */
export const ATTRIBUTES =
  '* -text !eol -ident !filter !working-tree-encoding !diff !merge !export-subst\n';

/** The exit code of `flock` where the lock was not free in time. */
const LOCK_TIMED_OUT = 97;

/** Creates a bare git directory, which also reads the objects of the git directories `alternates`. */
export async function createGitDir(dir: string, alternates: string[]): Promise<void> {
  for (const name of ['info', 'objects/info', 'objects/pack', 'refs/heads'])
    await mkdir(join(dir, name), { recursive: true });
  await writeFile(join(dir, 'HEAD'), 'ref: refs/heads/main\n');
  await writeFile(join(dir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
  await writeFile(join(dir, 'info/attributes'), ATTRIBUTES);
  await writeFile(
    join(dir, 'objects/info/alternates'),
    alternates.map(other => `${join(other, 'objects')}\n`).join(''),
  );
}

/** The mirror of a repository, created empty where it does not exist. */
async function findMirror(stateDir: string, repository: { id: number }): Promise<string> {
  const mirror = join(stateDir, 'mirrors', `${repository.id}.git`);
  if (await exists(mirror)) return mirror;
  const fresh = `${mirror}.${randomUUID()}`;
  await createGitDir(fresh, []);
  // Another process may have created the mirror first; then that one is used.
  await rename(fresh, mirror).catch(async error => {
    await rm(fresh, { recursive: true, force: true });
    if (!(await exists(mirror))) throw error;
  });
  return mirror;
}

/** The mirror with the commit, which is fetched where the mirror does not have it yet. */
export async function mirrorWithCommit(
  stateDir: string,
  { repository, remote }: RepositorySource,
  commit: string,
): Promise<string> {
  assertObjectName(commit);
  const mirror = await findMirror(stateDir, repository);
  // Commits are never removed from a mirror, so each is checked once; the inode is part of the key
  // because another folder at the same path is another mirror.
  const { ino } = await stat(mirror);
  await fetched.get(`${ino} ${commit}`, () => fetchCommit(mirror, repository, remote, commit));
  return mirror;
}

const fetched = createAnswerCache<string, void>(10_000);

async function fetchCommit(
  mirror: string,
  repository: RepositorySource['repository'],
  remote: RepositorySource['remote'],
  commit: string,
): Promise<void> {
  if (await hasCommit(mirror, commit)) return;
  const access = await remoteAccess(remote);
  const fetch = (...refs: string[]) =>
    tryGit(
      // Tags of the history that is fetched come along by themselves.
      ['fetch', '--quiet', '--no-write-fetch-head', '--force', remote.url, ...refs],
      // One fetch runs at a time over all processes; the lock is freed when its holder ends.
      {
        dir: mirror,
        commandPrefix: ['flock', '-w', '600', '-E', String(LOCK_TIMED_OUT), `${mirror}.lock`],
        ...access,
      },
    );
  let result = await fetch(`${commit}:refs/gatehouse/${commit}`);
  // Some servers serve commits only by their branch.
  if (result.exitCode !== 0 && !(await hasCommit(mirror, commit)))
    result = await fetch('refs/heads/*:refs/heads/*', 'refs/pull/*/head:refs/pull/*/head');
  if (result.exitCode === LOCK_TIMED_OUT)
    throw new Error(
      `Another fetch of repository ${repository.id} has held ${mirror}.lock for ten minutes.`,
    );
  if (!(await hasCommit(mirror, commit)))
    throw new Error(
      `Commit ${commit} of repository ${repository.id} can't be fetched: ${result.stderr || 'the server does not have it'}`,
    );
}

/**
 * Options for git commands that connect to the remote. The token is passed in the environment, never
 * in an argument, URL or file. Redirects are not followed, because they would send it elsewhere.
 */
export async function remoteAccess(remote: RepositorySource['remote']) {
  const { protocol } = new URL(remote.url);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new Error(`Repositories are reached by http or https, not ${protocol}//.`);
  const token = await remote.token();
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    secrets: [token, basic],
    settings: [
      ...['protocol.http.allow=always', 'protocol.https.allow=always'],
      ...['http.followRedirects=false', 'http.lowSpeedLimit=1', 'http.lowSpeedTime=60'],
    ],
    env: {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `http.${remote.url}.extraHeader`,
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    },
  };
}

async function hasCommit(dir: string, commit: string): Promise<boolean> {
  return (await tryGit(['cat-file', '-e', `${commit}^{commit}`], { dir })).exitCode === 0;
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
