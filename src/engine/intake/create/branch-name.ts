/** The branches that tasks work on: their names, and which are ours. */
import type { Repository } from '../../../core/actor.ts';
import { taskStream } from '../../../core/stream.ts';
import { pushesToPull } from '../../../core/task/events/works-on.ts';
import { createdOf } from '../../../core/task/state/state.ts';
import type { Dependencies } from '../../dependencies.ts';
import { loadFolded } from '../../handle.ts';
import type { TaskRow } from '../../ports/event-log.ts';
import { asTask } from '../../streams.ts';

const PREFIX = 'gatehouse';

/**
 * Git has no branch below another one: where somebody has a branch `gatehouse`, ours needs no folder. A
 * tag of that name stands in nobody's way in git, and makes the name mean two things to people and tools.
 */
export async function branchName(
  { github }: Pick<Dependencies, 'github'>,
  repository: Repository,
  name: string,
): Promise<string> {
  const { facts } = github;
  const others = [facts.branch(repository, PREFIX), facts.tag(repository, PREFIX)];
  const isTaken = (await Promise.all(others)).some(sha => sha !== null);
  return `${PREFIX}${isTaken ? '-' : '/'}${name}`;
}

/** Tasks on the pull request of a branch of ours are as many as people call for. */
const MOST = 50;

/** The task that made the branch; `null` where it is somebody's, whatever a task has pushed to it. */
export async function madeBy(
  { tasks, log }: Pick<Dependencies, 'tasks' | 'log'>,
  repository: Repository,
  branch: string,
): Promise<TaskRow | null> {
  if (!branch.startsWith(PREFIX)) return null;
  const rows = await tasks.list({ repositoryId: repository.id, branch, limit: MOST });
  for (const row of rows.toReversed()) {
    const { state } = asTask(await loadFolded(log, taskStream(row.id)));
    if (!pushesToPull(createdOf(state))) return row;
  }
  return null;
}
