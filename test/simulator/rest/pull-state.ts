import type { GitHub } from '../github.ts';
import { emitReview } from '../webhooks/pulls.ts';
import { type Account, accountById } from '../world/accounts.ts';
import type { PullRequest } from '../world/pulls.ts';
import type { Repository } from '../world/repositories.ts';
import { happened, note, setState } from './issue-state.ts';

export async function closePull(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  userId: number,
): Promise<void> {
  await setState(github, repository, issue, 'closed', userId);
}

/** A new head makes old approvals void where the branch is protected so. */
export async function dismissStaleReviews(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  userId: number,
): Promise<void> {
  if (!repository.protections.get(issue.pull.baseRef)?.dismissStale) return;
  for (const review of issue.pull.reviews) {
    if (review.state !== 'APPROVED' || review.commitId === issue.pull.headSha) continue;
    review.state = 'DISMISSED';
    emitReview(github, repository, issue, review, 'dismissed', accountById(github, userId));
  }
}

/** GitHub merges it for nobody any more. */
export async function disableAutoMerge(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  { by, reason }: { readonly by: Account; readonly reason: string },
): Promise<void> {
  issue.pull.autoMerge = null;
  await happened(github, repository, issue, 'auto_merge_disabled', by.id, { reason });
}

export interface Merged {
  readonly sha: string;
  readonly by: Account;
}

/** The one way in which a pull request becomes merged, by button or by push. */
export async function markMerged(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  merged: Merged,
): Promise<void> {
  const now = github.timestamp();
  Object.assign(issue.pull, {
    merged: true,
    mergedAt: now,
    mergedById: merged.by.id,
    mergeCommitSha: merged.sha,
    autoMerge: null,
  });
  issue.state = 'closed';
  issue.closedAt = now;
  issue.closedById = merged.by.id;
  note(github, issue, merged.by.id, `merged as ${merged.sha.slice(0, 7)}`);
  await happened(github, repository, issue, 'closed', merged.by.id);
  if (issue.pull.baseRef === repository.defaultBranch)
    await closeFixed(github, repository, issue, merged.by.id);
}

export async function markMergedByPush(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  sha: string,
  by: Account,
): Promise<void> {
  await markMerged(github, repository, issue, { sha, by });
}

const CLOSING = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b/gi;

/** `Fixes #12` in the description closes issue 12 once merged into the default branch. */
async function closeFixed(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  userId: number,
): Promise<void> {
  for (const [, number] of (issue.body ?? '').matchAll(CLOSING)) {
    const fixed = repository.issues.get(Number(number));
    if (fixed && !fixed.pull)
      await setState(github, repository, fixed, 'closed', userId, 'completed');
  }
}
