/** A repository has another name, owner or default branch, or is archived no more: policy is asked again about what waits in it. */
import type { Repository } from '../../../core/actor.ts';
import type { Intake } from '../../dependencies.ts';
import { rulesOf } from '../../policies/of-repository.ts';
import { GitHubFailure } from '../../ports/github.ts';
import { keepSchedules } from '../../schedules/keep.ts';
import { openTasks, signal } from '../intake.ts';
import { resumeEffects } from './resume-effects.ts';

export async function onRepositoryChanged(
  intake: Intake,
  { repository, now }: { repository: Repository; now: string },
): Promise<string> {
  const open = await openTasks(intake, repository.id);
  await resumeEffects(intake, { installation: null, repositories: [repository.id] });
  const notes: string[] = await keptAnew(intake, repository);
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

/** Another default branch may have other schedules. */
async function keptAnew(intake: Intake, repository: Repository): Promise<string[]> {
  try {
    const { sha } = await intake.github.facts.defaultBranch(repository);
    const { faults, schedules } = await rulesOf(intake, repository, sha);
    if (faults.length === 0) await keepSchedules(intake, repository, schedules);
    return [];
  } catch (error) {
    // It has no commit yet, or is not ours any more.
    if (error instanceof GitHubFailure && error.lasting) return [];
    throw error;
  }
}
