/** Takes a pull request out of draft. */
import type { Repository } from '../../../core/actor.ts';
import { repositoryPath } from '../repository-path.ts';
import type { WriteContext } from './write-context.ts';

const READY = `mutation ($pull: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $pull }) { pullRequest { isDraft } }
}`;

export async function markReady(
  { clients }: WriteContext,
  repository: Repository,
  number: number,
): Promise<void> {
  const { rest, graphql } = clients(repository, 'pull');
  const { data } = await rest.pulls.get({ ...repositoryPath(repository), pull_number: number });
  if (data.draft) await graphql(READY, { pull: data.node_id });
}
