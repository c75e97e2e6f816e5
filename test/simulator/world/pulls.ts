import type { Issue, Reaction } from './issues.ts';
import type { Repository } from './repositories.ts';

export interface Review {
  readonly id: number;
  readonly userId: number;
  body: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  readonly commitId: string;
  submittedAt: string | null;
  minimized: string | null;
}

export interface ReviewComment {
  readonly id: number;
  readonly reviewId: number | null;
  readonly userId: number;
  body: string;
  readonly path: string;
  readonly line: number | null;
  readonly startLine: number | null;
  readonly side: 'LEFT' | 'RIGHT';
  readonly commitId: string;
  readonly diffHunk: string;
  readonly inReplyTo: number | null;
  readonly createdAt: string;
  updatedAt: string;
  minimized: string | null;
  /** The conversation that it begins. */
  resolved: boolean;
  readonly reactions: Reaction[];
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export interface AutoMerge {
  readonly enabledById: number;
  readonly enabledAt: string;
  readonly method: MergeMethod;
  readonly title: string | null;
  readonly message: string | null;
}

/** What all of a stack share: the branch that the lowest is merged into, and their numbers from the bottom. */
export interface Stack {
  readonly id: number;
  readonly base: string;
  readonly size: number;
  readonly numbers: readonly number[];
  readonly createdAt: string;
}

/** A request to merge in the background, and what became of it. */
export interface AsyncMerge {
  readonly uuid: string;
  readonly sha: string;
  readonly method: MergeMethod | 'default';
  readonly action: 'default' | 'direct_merge' | 'merge_queue';
  readonly title: string | undefined;
  readonly message: string | undefined;
  result:
    | { readonly status: 'pending' }
    | { readonly status: 'merged'; readonly sha: string }
    | { readonly status: 'enqueued' }
    | { readonly status: 'failed'; readonly message: string };
  /** In milliseconds: it is forgotten a day later. */
  updatedAt: number;
}

export interface Pull {
  readonly id: number;
  readonly headRepositoryId: number;
  readonly headRef: string;
  headSha: string;
  baseRef: string;
  baseSha: string;
  draft: boolean;
  merged: boolean;
  mergedAt: string | null;
  mergedById: number | null;
  mergeCommitSha: string | null;
  maintainerCanModify: boolean;
  requestedReviewers: number[];
  requestedTeams: number[];
  autoMerge: AutoMerge | null;
  /** Its place in the merge queue, with the commit whose checks are waited for. */
  queued: { readonly byId: number; readonly at: number; base: string; group: string } | null;
  /** How it came into the queue and left it, the latest last. `removed` for a reason. */
  readonly queueEvents: { readonly at: string; readonly removed: string | null }[];
  /** Its place among pull requests that are merged together, from the bottom. */
  stack: (Stack & { readonly position: number }) | null;
  /** Requests to merge it in the background, the latest last. */
  readonly mergeRequests: AsyncMerge[];
  readonly reviews: Review[];
  readonly reviewComments: ReviewComment[];
}

export type PullRequest = Issue & { readonly pull: Pull };

export function isPullRequest(issue: Issue): issue is PullRequest {
  return issue.pull !== null;
}

/** In the order in which they were put there. */
export const inQueue = (repository: Pick<Repository, 'issues'>, base: string): PullRequest[] =>
  [...repository.issues.values()]
    .filter(isPullRequest)
    .filter(({ state, pull }) => state === 'open' && pull.queued && pull.baseRef === base)
    .sort((a, b) => (a.pull.queued?.at ?? 0) - (b.pull.queued?.at ?? 0));

/** Each reviewer's latest word; a plain comment does not replace an opinion. */
export function standingReviews(pull: Pull): Review[] {
  const latest = new Map<number, Review>();
  for (const review of pull.reviews) {
    if (review.state === 'PENDING' || review.state === 'COMMENTED') continue;
    latest.set(review.userId, review);
  }
  return [...latest.values()].filter(review => review.state !== 'DISMISSED');
}
