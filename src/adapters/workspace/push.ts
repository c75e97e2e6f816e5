/** A commit of ours on a branch of theirs: made the same every time, pushed only onto what was seen. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Commit, Workspaces } from '../../engine/ports/workspace.ts';
import { type Quota, unpack } from './checkout.ts';
import { clean } from './clean.ts';
import { assertObjectName, type GitOptions, git, gitLine, tryGit } from './git.ts';
import { accessTo, createGitDir, mirrorWith } from './mirror.ts';
import { discard, emptyTrash } from './remove.ts';

type Pushed = Awaited<ReturnType<Workspaces['push']>>;

export async function push(
  stateDir: string,
  quota: Quota,
  commit: Commit,
  branch: string,
  expected: string | null,
): Promise<Pushed> {
  if (expected !== null) assertObjectName(expected);
  const mirror = await mirrorWith(stateDir, commit, commit.parent);
  const dir = join(stateDir, 'runs', `.push-${process.pid}-${randomUUID()}`);
  try {
    await createGitDir(dir, [mirror]);
    await git(['check-ref-format', `refs/heads/${branch}`], { dir });
    const tree = await unpack(dir, commit.tree, quota);
    const sha = await makeCommit(dir, tree, commit);
    return await pushTo(dir, sha, commit.remote, branch, expected);
  } finally {
    await discard(stateDir, dir);
    void emptyTrash(stateDir).catch(() => {});
  }
}

/** Nothing of the machine or the moment is in it. */
async function makeCommit(dir: string, tree: string, commit: Commit): Promise<string> {
  const { name, email } = commit.author;
  if (/[<>\n\r\0]/.test(name + email) || name.trim() === '')
    throw new Error(`${JSON.stringify(`${name} <${email}>`)} can't be the author of a commit.`);
  const who = { NAME: name, EMAIL: email, DATE: commit.at };
  const env = Object.fromEntries(
    Object.entries(who).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  );
  return gitLine(['commit-tree', tree, '-p', commit.parent, '-F', '-'], {
    dir,
    env,
    input: commit.message,
  });
}

async function pushTo(
  dir: string,
  sha: string,
  remote: Commit['remote'],
  branch: string,
  expected: string | null,
): Promise<Pushed> {
  const ref = `refs/heads/${branch}`;
  const access = { dir, ...(await accessTo(remote)) };
  const { exitCode, stdout, stderr } = await tryGit(
    [
      ...['push', '--porcelain', '--no-verify', `--force-with-lease=${ref}:${expected ?? ''}`],
      ...[remote.url, `${sha}:${ref}`],
    ],
    access,
  );
  if (exitCode === 0) return { outcome: 'pushed', sha };
  // "!\t<from>:<to>\t[remote rejected] (reason)"
  const reason = /^!\t[^\t]*\t(.*)$/m.exec(stdout.toString())?.[1];
  if (reason === undefined) throw new Error(`git push failed (${exitCode}): ${stderr}`);
  const now = await headOf(ref, remote, access);
  if (now === sha) return { outcome: 'pushed', sha };
  if (now !== expected) return { outcome: 'moved', to: now };
  const words = stderr
    .split('\n')
    .filter(line => line.startsWith('remote:'))
    .map(line => line.slice('remote:'.length).trim())
    .filter(line => line !== '');
  return { outcome: 'refused', reason: clean([reason, ...words].join('\n'), access.secrets) };
}

/** Where the branch is now, on the server. */
async function headOf(ref: string, remote: Commit['remote'], access: GitOptions) {
  const [line = ''] = (await git(['ls-remote', remote.url, ref], access)).toString().split('\n');
  return line === '' ? null : line.slice(0, line.indexOf('\t'));
}
