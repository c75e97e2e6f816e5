/** Removes one-shot labels and branches. */
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import { orNull } from '../failure.ts';
import { repositoryPath } from '../repository-path.ts';
import type { WriteContext } from './write-context.ts';

export async function removeLabel(
  { clients }: WriteContext,
  repository: Repository,
  issue: number,
  label: string,
): Promise<void> {
  const { rest } = clients(repository, 'talk');
  await orNull(
    rest.issues.removeLabel({ ...repositoryPath(repository), issue_number: issue, name: label }),
  );
}

/**
 * Only where the branch still points at `sha`: commits by others are not thrown away. It stays as well
 * where a rule of the repository keeps it.
 */
export async function deleteBranch(
  { clients }: WriteContext,
  repository: Repository,
  branch: string,
  sha: string,
): Promise<void> {
  const { rest } = clients(repository, 'merge');
  const ref = `heads/${branch}`;
  const existing = await orNull(rest.git.getRef({ ...repositoryPath(repository), ref }));
  if (existing?.data.object.sha !== sha) return;
  try {
    await rest.git.deleteRef({ ...repositoryPath(repository), ref });
  } catch (error) {
    // GitHub refuses both in one way: what is gone by now, and what a rule keeps.
    const settled =
      error instanceof GitHubFailure && ['not_found', 'invalid'].includes(error.class);
    if (!settled) throw error;
  }
}
