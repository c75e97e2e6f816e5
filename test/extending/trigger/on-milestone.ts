/** The second file of the recipe: what the engine does about it. */
import type { Repository } from '../../../src/core/actor.ts';
import type { Intake } from '../../../src/engine/dependencies.ts';

export async function onMilestoneReached(
  { tasks }: Intake,
  { repository, milestone }: { repository: Repository; milestone: number },
): Promise<string> {
  const open = await tasks.list({ repositoryId: repository.id, open: true });
  return `milestone ${milestone}: ${open.length} open tasks`;
}
