/** Bare mirrors, one per repository id, that only we write. */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAnswerCache } from '../../core/bounded-cache.ts';
import type { OpenWorkspace } from '../../engine/ports/workspace.ts';
import { assertObjectName, tryGit } from './git.ts';

export type RepositorySource = Pick<OpenWorkspace, 'repository' | 'remote'>;

/**
 * Attributes of the repository are without effect, so that a file in a work tree is its blob, byte
 * for byte, no filter is ever named, and a file can't hide from the diff by calling itself binary.
 */
export const ATTRIBUTES =
  '* -text !eol -ident !filter !working-tree-encoding !diff !merge !export-subst\n';

/** Exit code of a lock that was not to be had. */
const LOCKED = 97;

/** A bare git directory of ours, which must not exist; `alternates`: whose objects it reads as well. */
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
export async function findMirror(stateDir: string, repository: { id: number }): Promise<string> {
  const mirror = join(stateDir, 'mirrors', `${repository.id}.git`);
  if (await exists(mirror)) return mirror;
  const fresh = `${mirror}.${randomUUID()}`;
  await createGitDir(fresh, []);
  // Another process may have been quicker: then its mirror is the mirror.
  await rename(fresh, mirror).catch(async error => {
    await rm(fresh, { recursive: true, force: true });
    if (!(await exists(mirror))) throw error;
  });
  return mirror;
}

/** The mirror, certain to hold the commit: fetched where it does not yet. */
export async function mirrorWith(
  stateDir: string,
  { repository, remote }: RepositorySource,
  commit: string,
): Promise<string> {
  assertObjectName(commit);
  const mirror = await findMirror(stateDir, repository);
  // What a mirror holds it holds for good; another folder at its place is another mirror.
  const { ino } = await stat(mirror);
  await arrived.get(`${ino} ${commit}`, () => fetchCommit(mirror, repository, remote, commit));
  return mirror;
}

const arrived = createAnswerCache<string, void>(10_000);

async function fetchCommit(
  mirror: string,
  repository: RepositorySource['repository'],
  remote: RepositorySource['remote'],
  commit: string,
): Promise<void> {
  if (await holds(mirror, commit)) return;
  const access = await accessTo(remote);
  const fetch = (...refs: string[]) =>
    tryGit(
      ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--force', remote.url, ...refs],
      // One fetch at a time, over all processes; the lock goes with whoever holds it.
      {
        dir: mirror,
        through: ['flock', '-w', '600', '-E', String(LOCKED), `${mirror}.lock`],
        ...access,
      },
    );
  let answer = await fetch(`${commit}:refs/gatehouse/${commit}`);
  // Some servers give commits only by their branch.
  if (answer.exitCode !== 0 && !(await holds(mirror, commit)))
    answer = await fetch('refs/heads/*:refs/heads/*', 'refs/pull/*/head:refs/pull/*/head');
  if (answer.exitCode === LOCKED)
    throw new Error(`Another fetch of repository ${repository.id} holds ${mirror}.lock too long.`);
  if (!(await holds(mirror, commit)))
    throw new Error(
      `Commit ${commit} of repository ${repository.id} can't be fetched: ${answer.stderr || 'the server does not have it'}`,
    );
}

/**
 * What a git needs to speak to the remote. The token travels in the environment alone: no argument,
 * URL or file ever holds it. Redirects would carry it elsewhere, so they are not followed.
 */
export async function accessTo(remote: RepositorySource['remote']) {
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

async function holds(dir: string, commit: string): Promise<boolean> {
  return (await tryGit(['cat-file', '-e', `${commit}^{commit}`], { dir })).exitCode === 0;
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
