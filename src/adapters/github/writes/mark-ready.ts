/** Takes a pull request out of draft. */
import type { Repository } from '../../../core/actor.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { WriteContext } from './write-context.ts';

const READY = `mutation ($pull: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $pull }) { pullRequest { isDraft } }
}`;

export async function markReady(
  { clients }: WriteContext,
  repository: Repository,
  { number, nodeId }: { number: number; nodeId: string },
): Promise<void> {
  const { rest, graphql } = clients(repository, 'pull');
  try {
    await graphql(READY, { pull: nodeId });
  } catch (error) {
    // GitHub may refuse it for one that is no draft any more.
    const { data } = await rest.pulls.get({ ...repositoryPath(repository), pull_number: number });
    if (data.draft) throw error;
  }
}
