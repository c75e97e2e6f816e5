/** A repository has another name, owner or default branch: policy is asked again about what waits in it. */
import type { Repository } from '../../core/actor.ts';
import type { Intake } from '../dependencies.ts';
import { signal } from './intake.ts';

/** More pull requests of ours are hardly open in one repository; each is looked at again by itself as well. */
const MOST = 500;

export async function onRepositoryChanged(
  intake: Intake,
  { repository, now }: { repository: Repository; now: string },
): Promise<string> {
  const open = await intake.tasks.list({ repositoryId: repository.id, open: true, limit: MOST });
  const notes: string[] = [];
  for (const row of open)
    if (row.pull !== null)
      notes.push(
        await signal(intake, row, {
          signal: 'state',
          detail: now,
          at: null,
          by: null,
          check: null,
        }),
      );
  return notes.join('; ') || now;
}
