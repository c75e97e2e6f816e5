/** What people and agents wrote in the commits of a branch. */
import type { CommitMessage } from '../../../engine/ports/workspace.ts';
import { gitOnce } from '../git/git.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { mirrorWithCommit } from '../mirror/mirror.ts';
import type { RepositorySource } from '../mirror/remote-access.ts';

/** Far more than any pull request has. */
const MOST_BYTES = 1_000_000;

export async function commitMessages(
  settings: WorkspaceSettings,
  source: RepositorySource,
  base: string,
  head: string,
): Promise<CommitMessage[] | null> {
  await mirrorWithCommit(settings, source, base);
  const dir = await mirrorWithCommit(settings, source, head);
  return messagesBetween(dir, base, head);
}

/** In a git directory that has both. */
export async function messagesBetween(
  dir: string,
  base: string,
  head: string,
): Promise<CommitMessage[] | null> {
  // No message of git has a NUL in it.
  const written = await gitOnce(
    ['log', '-z', '--format=%H%n%B', '--end-of-options', `${base}..${head}`],
    { dir, most: MOST_BYTES },
  );
  if (written.length >= MOST_BYTES) return null;
  return written
    .toString('utf8')
    .split('\0')
    .filter(commit => commit !== '')
    .map(commit => {
      const end = commit.indexOf('\n');
      return { commit: commit.slice(0, end), message: commit.slice(end + 1) };
    });
}
