/** GitHub tells of a deployment: the tasks that wait for it look at once. */
import type { Repository } from '../../core/actor.ts';
import { taskStream } from '../../core/stream.ts';
import { waitingFor } from '../../core/task/deployed.ts';
import type { DeploymentNews } from '../../core/task/deployment.ts';
import type { Intake } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import { asTask } from '../streams.ts';
import { sendToTask } from './intake.ts';

export async function onDeployment(
  intake: Intake,
  { repository, news }: { repository: Repository; news: DeploymentNews },
): Promise<string> {
  const notes: string[] = [];
  for (const { id } of await intake.tasks.list({ repositoryId: repository.id, open: true })) {
    const { state } = asTask(await loadFolded(intake.log, taskStream(id)));
    if (waitingFor(state, news).length === 0) continue;
    const handled = await sendToTask(intake, id, { type: 'deployment_told', news }, null);
    notes.push(handled.ok ? `signaled ${id}` : handled.refusal.message);
  }
  return notes.join('; ') || 'nobody waits for that deployment';
}
