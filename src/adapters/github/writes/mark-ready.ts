/** Takes a pull request out of draft. */
import type { Repository } from '../../../core/actor.ts';
import { at, type Writing } from './writing.ts';

const READY = `mutation ($pull: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $pull }) { pullRequest { isDraft } }
}`;

export async function markReady(
  { clients }: Writing,
  repository: Repository,
  number: number,
): Promise<void> {
  const octokit = clients(repository, 'pull');
  const { data } = await octokit.rest.pulls.get({ ...at(repository), pull_number: number });
  if (data.draft) await octokit.graphql(READY, { pull: data.node_id });
}
