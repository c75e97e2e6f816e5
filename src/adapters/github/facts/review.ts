/** One review, with the comments on lines that were written with it. */
import type { Repository } from '../../../core/actor.ts';
import type { ReviewRequest } from '../../../engine/ports/review-request.ts';
import type { Clients } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';

/** Its newest comments are among those of the pull request. */
const LAST = 100;

export async function readReview(
  clients: Clients,
  repository: Repository,
  { pull, review }: { pull: number; review: number },
): Promise<ReviewRequest> {
  const { rest } = clients(repository, 'facts');
  const at = { ...repositoryPath(repository), pull_number: pull };
  const [given, lines] = await Promise.all([
    rest.pulls.getReview({ ...at, review_id: review }),
    rest.pulls.listReviewComments({ ...at, sort: 'created', direction: 'desc', per_page: LAST }),
  ]);
  const comments = lines.data
    .filter(({ pull_request_review_id: of, in_reply_to_id }) => of === review && !in_reply_to_id)
    .map(({ id, path, line, body }) => ({ id, path, line: line ?? null, body }))
    .sort((a, b) => a.id - b.id);
  return { body: given.data.body ?? '', comments };
}
