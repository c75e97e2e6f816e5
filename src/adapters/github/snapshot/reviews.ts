/**
 * The reviews that the approval rules look at. Where there are more than the newest hundred, all those of
 * people with write access are read besides: reviews of others count for nothing, and anybody can write
 * thousands of them.
 */
import type { Account, Repository } from '../../../core/actor.ts';
import type { Review } from '../../../core/approvals/facts.ts';
import type { Client } from '../client/client.ts';
import { reviewState } from '../review-state.ts';
import { accountOf } from './account.ts';
import type { SnapshotPull, SnapshotReview } from './query.ts';
import { type Reviewers, readReviewsBy, readWritersWhoReviewed } from './reviews-of-writers.ts';

type Reviews = {
  reviews: Review[];
  /** Ids of those of its reviewers who have no write access now. */
  withoutWrite: number[];
  /** False where people with write access have given more than are read. */
  areWhole: boolean;
};

export async function readReviews(
  client: Client,
  repository: Repository,
  number: number,
  { reviews: newest, headRefOid }: SnapshotPull,
): Promise<Reviews> {
  if (!newest.pageInfo.hasPreviousPage) return asReviews(newest.nodes, true);
  const of: Reviewers = { client, repository, number, head: headRefOid };
  const writers = await readWritersWhoReviewed(of);
  const theirs = await readReviewsBy(of, writers.logins);
  const byId = new Map(
    [...theirs.nodes, ...newest.nodes].map(review => [review.fullDatabaseId, review]),
  );
  const inOrder = [...byId.values()].sort((a, b) => a.fullDatabaseId - b.fullDatabaseId);
  return asReviews(inOrder, writers.areWhole && theirs.areWhole);
}

function asReviews(given: SnapshotReview[], areWhole: boolean): Reviews {
  return {
    reviews: given.flatMap(reviewOf),
    withoutWrite: given.flatMap(({ author, authorCanPushToRepository }) => {
      const by: Account | null = authorCanPushToRepository ? null : accountOf(author);
      return by ? [by.id] : [];
    }),
    areWhole,
  };
}

function reviewOf(review: SnapshotReview): Review[] {
  const { fullDatabaseId: id, author, commit, submittedAt } = review;
  const state = reviewState(review.state);
  if (state === 'PENDING') return [];
  return [{ id, by: accountOf(author), state, commit: commit?.oid ?? null, at: submittedAt ?? '' }];
}
