/** What an earlier try of a deployment may have left, and which runs of workflows belong to others. */
import type { Repository } from '../../core/actor.ts';
import { taskStream } from '../../core/stream.ts';
import type { Dependencies } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import type { LeaseGuard } from '../lease-guard.ts';
import { asTask } from '../streams.ts';
import type { TaskEffect } from '../task-context.ts';

/**
 * When policy first allowed the deployment, where it was tried before and nobody knows what came of that;
 * null: it was not. How long people were asked before does not count, nor does what others did meanwhile.
 */
export async function deployTriedSince(
  { log }: Pick<Dependencies, 'log'>,
  task: string,
  { run, key }: Pick<TaskEffect<'deploy'>['effect'], 'run' | 'key'>,
  { before }: Pick<LeaseGuard, 'before'>,
): Promise<string | null> {
  let allowedAt: string | null = null;
  let isDoubted = before === 'doubted';
  for await (const { type, data, at } of log.read(taskStream(task))) {
    if (type === 'policy.decided' && data.run === run && allows(data.decision)) allowedAt ??= at;
    if (type === 'effect.failed' && data.key === key) isDoubted = true;
  }
  return isDoubted ? allowedAt : null;
}

const allows = (decision: unknown): boolean =>
  typeof decision === 'object' &&
  decision !== null &&
  'outcome' in decision &&
  'action' in decision &&
  decision.outcome === 'allow' &&
  decision.action === 'deploy';

/** One repository hardly has more tasks between the start of a deployment and its next try. */
const MOST_TASKS = 500;

/** The runs of workflows that the repository's deployments began, by the log. */
export async function runsOfDeployments(
  { tasks, log }: Pick<Dependencies, 'tasks' | 'log'>,
  { id }: Pick<Repository, 'id'>,
): Promise<ReadonlySet<number>> {
  const rows = await tasks.list({ repositoryId: id, limit: MOST_TASKS });
  const runs = new Set<number>();
  for (const row of rows) {
    const { state } = asTask(await loadFolded(log, taskStream(row.id)));
    for (const { workflowRun } of state.deployments)
      if (workflowRun !== null) runs.add(workflowRun);
  }
  return runs;
}
