/** Which commits tasks made: each says so in a trailer, which nobody changes without making another commit. */
import { type TaskCommit, WorkspaceRefused } from '../../../engine/ports/workspace.ts';
import { gitOnce } from '../git/git.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { mirrorWithCommit } from '../mirror/mirror.ts';
import type { RepositorySource } from '../mirror/remote-access.ts';

const TRAILER = 'Gatehouse-Task';
/** Ids of tasks are shorter; a trailer of somebody else may be of any length. */
const LONGEST_ID = 200;
/** Far more than any pull request has. Beyond it nobody can say what is in there. */
const MOST_BYTES = 4_000_000;

export async function taskCommits(
  settings: WorkspaceSettings,
  source: RepositorySource,
  base: string,
  head: string,
): Promise<TaskCommit[]> {
  await mirrorWithCommit(settings, source, base);
  const dir = await mirrorWithCommit(settings, source, head);
  const trailers = `%(trailers:key=${TRAILER},valueonly,unfold,separator=%x00)`;
  const found = await gitOnce(
    [
      ...['log', '--fixed-strings', `--grep=${TRAILER}: `, `--format=%H%x00${trailers}`],
      ...['--end-of-options', `${base}..${head}`],
    ],
    { dir, most: MOST_BYTES },
  );
  if (found.length >= MOST_BYTES)
    throw new WorkspaceRefused(
      `What the commits from ${base} to ${head} say of tasks is more than can be read.`,
    );
  return found
    .toString('utf8')
    .split('\n')
    .flatMap(line => {
      const [commit = '', ...tasks] = line.split('\0');
      return tasks
        .filter(task => task !== '' && task.length <= LONGEST_ID)
        .map(task => ({ commit, task }));
    });
}
