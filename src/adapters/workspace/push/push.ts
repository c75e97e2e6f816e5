/**
 * Creates a commit and pushes it to a branch of the remote. The same effect always creates the same
 * commit, and the push succeeds only where the branch is where it was expected.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Commit, RemoteAway, type Workspaces } from '../../../engine/ports/workspace.ts';
import { unpackCommand } from '../checkout/checkout.ts';
import { assertObjectName, type GitOptions, knowTree, tryGit } from '../git/git.ts';
import { gitInTurn } from '../git/git-in-turn.ts';
import { sanitizeOutput } from '../git/sanitize-output.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { keepObjects } from '../mirror/keep-objects.ts';
import { knowFetched, mirrorWithCommit, mirrorWithFiles } from '../mirror/mirror.ts';
import { listRefs, remoteAccess } from '../mirror/remote-access.ts';
import { remoteFailure } from '../mirror/remote-failure.ts';
import { withTemporaryGit } from '../mirror/temporary-git.ts';

/** What GitHub says where a rule of the branch itself requires signatures. */
const UNSIGNED = /must have (?:verified|valid) signatures/i;

/** What GitHub says where it did not come to judge the push: a later try may get through. */
const PASSING =
  /internal server error|fatal error in commit_refs|cannot lock ref|failed to update ref/i;

type PushResult = Awaited<ReturnType<Workspaces['push']>>;

export async function push(
  settings: WorkspaceSettings,
  commit: Commit,
  branch: string,
  expected: string | null,
): Promise<PushResult> {
  if (expected !== null) assertObjectName(expected);
  return withMirror(settings, commit, async (dir, mirror) => {
    const sha = await createCommit(dir, commit, [
      ['git', 'check-ref-format', `refs/heads/${branch}`],
      unpackCommand(settings.quota),
    ]);
    const access = await remoteAccess(settings, commit.remote);
    const pushed = await pushCommit({ dir, ...access }, commit.remote, { sha, branch, expected });
    if (pushed.outcome === 'pushed') {
      await keepObjects(dir, mirror);
      await knowFetched(mirror, sha);
      await knowTree(sha, commit.tree.sha);
    }
    return pushed;
  });
}

/** Opens a git directory for the tree of a commit, beside what the parents have. */
export async function withMirror<T>(
  settings: WorkspaceSettings,
  commit: Commit,
  use: (dir: string, mirror: string) => Promise<T>,
): Promise<T> {
  // What the pack of the tree leaves out is in the last parent.
  const [first, ...more] = commit.parents;
  const mirror = await mirrorWithFiles(settings, commit, more.at(-1) ?? first);
  if (more.length > 0) await mirrorWithCommit(settings, commit, first);
  return withTemporaryGit(settings.stateDir, mirror, dir => use(dir, mirror));
}

/**
 * Creates the commit from the effect's own fields, so that the machine and the time never matter. What
 * runs before it reads the pack of its tree.
 */
async function createCommit(
  dir: string,
  commit: Commit,
  before: (readonly [string, ...string[]])[],
): Promise<string> {
  assertObjectName(commit.tree.sha);
  const { name, email } = commit.author;
  if (/[<>\n\r\0]/.test(name + email) || name.trim() === '')
    throw new Error(`${JSON.stringify(`${name} <${email}>`)} can't be the author of a commit.`);
  const signature = { NAME: name, EMAIL: email, DATE: commit.at };
  const env = Object.fromEntries(
    Object.entries(signature).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  );
  const parents = commit.parents.flatMap(parent => ['-p', parent]);
  const message = join(dir, 'message');
  await writeFile(message, commit.message);
  const create = ['git', 'commit-tree', commit.tree.sha, ...parents, '-F', message] as const;
  const printed = await gitInTurn([...before, create], { dir, env, input: commit.tree.pack });
  return String(printed.at(-1)).trim();
}

async function pushCommit(
  access: GitOptions & { secrets: string[] },
  remote: Commit['remote'],
  { sha, branch, expected }: { sha: string; branch: string; expected: string | null },
): Promise<PushResult> {
  const ref = `refs/heads/${branch}`;
  const { exitCode, stdout, stderr } = await tryGit(
    [
      ...['push', '--porcelain', '--no-verify', `--force-with-lease=${ref}:${expected ?? ''}`],
      ...[remote.url, `${sha}:${ref}`],
    ],
    access,
  );
  if (exitCode === 0) return { outcome: 'pushed', sha };
  // A refusal is reported as "!\t<from>:<to>\t[remote rejected] (reason)".
  const reason = /^!\t[^\t]*\t(.*)$/m.exec(stdout.toString())?.[1];
  if (reason === undefined) throw remoteFailure(`git push failed (${exitCode}): ${stderr}`, stderr);
  const now = await remoteHead(ref, remote, access);
  if (now === sha) return { outcome: 'pushed', sha };
  if (now !== expected) return { outcome: 'moved', to: now };
  const messages = stderr
    .split('\n')
    .filter(line => line.startsWith('remote:'))
    .map(line => line.slice('remote:'.length).trim())
    .filter(line => line !== '');
  if (messages.some(message => UNSIGNED.test(message))) return { outcome: 'unsigned' };
  const said = sanitizeOutput([reason, ...messages].join('\n'), access.secrets);
  if (!/declined/i.test(reason) && PASSING.test(said))
    throw new RemoteAway(`git push failed (${exitCode}): ${said}`);
  return { outcome: 'refused', reason: said };
}

/** The commit that the branch of the remote points to now; `null` where it does not exist. */
async function remoteHead(ref: string, remote: Commit['remote'], access: GitOptions) {
  const [line = ''] = (await listRefs([remote.url, ref], access)).toString().split('\n');
  return line === '' ? null : line.slice(0, line.indexOf('\t'));
}
