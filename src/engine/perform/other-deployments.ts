/** What the log knows of a repository's other deployments by workflows. */
import type { Repository } from '../../core/actor.ts';
import { taskStream } from '../../core/stream.ts';
import { environmentOf, namesCommit } from '../../core/task/state/deployed.ts';
import { runOf } from '../../core/task/state/state.ts';
import type { Dependencies } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import type { OtherDeployments } from '../ports/deployments.ts';
import { asTask } from '../streams.ts';

/** One repository hardly has more tasks between a dispatch and the look for its run. */
const MOST_TASKS = 500;

/** `but`: the run whose deployment it is that is looked for. */
export async function otherDeployments(
  { tasks, log }: Pick<Dependencies, 'tasks' | 'log'>,
  { id }: Pick<Repository, 'id'>,
  but: { task: string; run: string },
): Promise<OtherDeployments> {
  const rows = await tasks.list({ repositoryId: id, limit: MOST_TASKS });
  const runs = new Set<number>();
  const orders: OtherDeployments['orders'][number][] = [];
  for (const row of rows) {
    const { state } = asTask(await loadFolded(log, taskStream(row.id)));
    for (const { workflowRun } of state.deployments)
      if (workflowRun !== null) runs.add(workflowRun);
    const lost = state.orders.filter(({ run }) => row.id !== but.task || run !== but.run);
    for (const { run, workflow, branch, commit, at } of lost) {
      const { environment } = environmentOf(state, runOf(state, run));
      orders.push({ workflow, branch, commit, at, namesCommit: namesCommit(environment) });
    }
  }
  return { runs, orders };
}
