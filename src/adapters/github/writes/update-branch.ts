/** Has GitHub merge the base into the branch of a pull request, as its button "Update branch" does. */
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { GitHubWrites } from '../../../engine/ports/github-writes.ts';
import { reasonOf } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { WriteContext } from './write-context.ts';

export async function updateBranch(
  { clients }: WriteContext,
  repository: Repository,
  number: number,
  expected_head_sha: string,
): ReturnType<GitHubWrites['updateBranch']> {
  const { rest } = clients(repository, 'merge');
  const path = repositoryPath(repository);
  try {
    await rest.pulls.updateBranch({ ...path, pull_number: number, expected_head_sha });
    return { outcome: 'updating' };
  } catch (error) {
    if (!(error instanceof GitHubFailure && (error.lasting || error.class === 'conflict')))
      throw error;
    return { outcome: 'blocked', reason: reasonOf(error) };
  }
}
