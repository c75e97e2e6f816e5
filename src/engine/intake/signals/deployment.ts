/** GitHub tells of a deployment: the tasks that wait for it look at once, and so do merges that may wait for it. */
import type { Repository } from '../../../core/actor.ts';
import { taskStream } from '../../../core/stream.ts';
import { waitingFor } from '../../../core/task/state/deployed.ts';
import type { DeploymentNews } from '../../../core/task/state/deployment.ts';
import type { DataOf, TaskState } from '../../../core/task/state/state.ts';
import type { Intake } from '../../dependencies.ts';
import { loadFolded } from '../../handle.ts';
import { asTask } from '../../streams.ts';
import { openTasks, sendToTask, signal } from '../intake.ts';

export async function onDeployment(
  intake: Intake,
  { repository, news }: { repository: Repository; news: DeploymentNews },
): Promise<string> {
  const notes: string[] = [];
  for (const row of await openTasks(intake, repository.id)) {
    const { id } = row;
    const { state } = asTask(await loadFolded(intake.log, taskStream(id)));
    if (waitingFor(state, news).length === 0) {
      if (mayLetMerge(state, news)) notes.push(await signal(intake, row, DEPLOYED));
      continue;
    }
    const handled = await sendToTask(intake, id, { type: 'deployment_told', news }, null);
    notes.push(handled.ok ? `signaled ${id}` : handled.refusal.message);
  }
  return notes.join('; ') || 'nobody waits for that deployment';
}

const DEPLOYED: DataOf<'pull.signaled'> = {
  signal: 'state',
  detail: 'deployed',
  at: null,
  by: null,
  check: null,
};

/** The base may ask for a deployment of the head. */
const mayLetMerge = ({ blocked, pull }: TaskState, { commit }: DeploymentNews): boolean =>
  blocked?.obstacle === 'github' && pull?.head === commit;
