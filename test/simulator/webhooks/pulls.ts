import type { GitHub } from '../github.ts';
import { nodeId } from '../present/links.ts';
import { pullJson, reviewCommentJson, reviewJson, simplePull } from '../present/pull.ts';
import type { Account } from '../world/accounts.ts';
import type { PullRequest, Review, ReviewComment } from '../world/pulls.ts';
import type { Repository } from '../world/repositories.ts';
import { emit } from './emit.ts';

export async function emitPull(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  action: string,
  sender: Account,
  extra: Record<string, unknown> = {},
): Promise<void> {
  const payload = {
    number: issue.number,
    pull_request: await pullJson(github, repository, issue),
    ...extra,
  };
  emit(github, { event: 'pull_request', action, repository, sender, payload });
}

export function emitReview(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  review: Review,
  action: 'submitted' | 'edited' | 'dismissed',
  sender: Account,
  extra: Record<string, unknown> = {},
): void {
  const payload = {
    // In events the state is written small, in REST large.
    review: {
      ...reviewJson(github, repository, issue, review),
      state: review.state.toLowerCase(),
      submitted_at: review.submittedAt,
      updated_at: review.submittedAt,
    },
    pull_request: simplePull(github, repository, issue),
    ...extra,
  };
  emit(github, { event: 'pull_request_review', action, repository, sender, payload });
}

export function emitReviewComment(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  comment: ReviewComment,
  sender: Account,
): void {
  const payload = {
    comment: reviewCommentJson(github, repository, issue, comment),
    pull_request: simplePull(github, repository, issue),
  };
  emit(github, {
    event: 'pull_request_review_comment',
    action: 'created',
    repository,
    sender,
    payload,
  });
}

/** The conversation that a comment begins is resolved, or not any more. */
export function emitThread(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  { comment, by: sender }: { readonly comment: ReviewComment; readonly by: Account },
): void {
  const comments = issue.pull.reviewComments
    .filter(({ id, inReplyTo }) => id === comment.id || inReplyTo === comment.id)
    .map(each => reviewCommentJson(github, repository, issue, each));
  const payload = {
    thread: { node_id: nodeId('PRRT', comment.id), comments },
    pull_request: simplePull(github, repository, issue),
    updated_at: github.timestamp(),
  };
  const action = comment.resolved ? 'resolved' : 'unresolved';
  emit(github, { event: 'pull_request_review_thread', action, repository, sender, payload });
}
