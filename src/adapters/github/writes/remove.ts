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

/** Only where the branch still points at `sha`: commits by others are not thrown away. */
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
    const gone =
      error instanceof GitHubFailure &&
      (error.class === 'not_found' || /reference does not exist/i.test(error.message));
    if (!gone) throw error;
  }
}
