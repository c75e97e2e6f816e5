/**
 * Which tasks the commits of a pull request from a fork name. Nothing of a fork is fetched: anybody pushes
 * there what they like, and a fetch would keep the repository's own work waiting.
 */
import type { Repository } from '../../core/actor.ts';
import type { JudgedHead } from '../../core/judged-head.ts';
import type { GitHubFacts } from '../ports/github.ts';
import type { TaskCommit } from '../ports/workspace.ts';

/** Ids of tasks are shorter. A line of anybody's may be of any length. */
const TRAILER = /^Gatehouse-Task: +(\S{1,200})[ \t\r]*$/gm;
/** Each task is folded to be judged, and hardly anybody's commits have the work of so many. */
const MOST_TASKS = 20;

/** `untold`: there is more than is looked through. `replaced`: a newer head is there, which is judged by itself. */
export async function workInFork(
  facts: Pick<GitHubFacts, 'pullCommits'>,
  repository: Repository,
  { pull, head }: JudgedHead,
): Promise<TaskCommit[] | 'untold' | 'replaced'> {
  const commits = await facts.pullCommits(repository, pull);
  if (commits === null) return 'untold';
  if (!commits.some(({ commit }) => commit === head)) return 'replaced';
  const named = commits.flatMap(({ commit, message }) =>
    [...message.matchAll(TRAILER)].map(([, task = '']) => ({ commit, task })),
  );
  return new Set(named.map(({ task }) => task)).size > MOST_TASKS ? 'untold' : named;
}
