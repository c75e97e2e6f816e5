import { resolveCommit } from '../git/command.ts';
import type { CheckRun } from '../world/checks.ts';
import type { Comment, Issue } from '../world/issues.ts';
import {
  isPullRequest,
  type PullRequest,
  type Review,
  type ReviewComment,
} from '../world/pulls.ts';
import type { RepositoryCall } from './call.ts';
import { notFound, refusal, unprocessable } from './errors.ts';

export function findIssue(call: RepositoryCall, name = 'issue_number'): Issue {
  const number = Number(call.params[name]);
  const issue = call.repository.issues.get(number);
  if (call.repository.goneIssues.has(number)) throw refusal(410, 'This issue was deleted');
  if (!issue) throw notFound();
  if (!issue.pull) assertIssues(call);
  return issue;
}

/** Throws where the repository has its issues switched off. */
export function assertIssues({ repository }: RepositoryCall): void {
  if (!repository.hasIssues) throw refusal(410, 'Issues are disabled for this repo');
}

export function findPull(call: RepositoryCall): PullRequest {
  const issue = findIssue(call, 'pull_number');
  if (!isPullRequest(issue)) throw notFound();
  return issue;
}

export function findComment(call: RepositoryCall): { comment: Comment; issue: Issue } {
  const id = Number(call.params.comment_id);
  for (const issue of call.repository.issues.values()) {
    const comment = issue.comments.find(candidate => candidate.id === id);
    if (comment) return { comment, issue };
  }
  throw notFound();
}

export function findReview(call: RepositoryCall): { issue: PullRequest; review: Review } {
  const issue = findPull(call);
  const review = issue.pull.reviews.find(
    candidate => candidate.id === Number(call.params.review_id),
  );
  if (!review) throw notFound();
  return { issue, review };
}

export function findReviewComment(call: RepositoryCall): {
  issue: PullRequest;
  comment: ReviewComment;
} {
  const id = Number(call.params.comment_id);
  for (const issue of call.repository.issues.values()) {
    if (!isPullRequest(issue)) continue;
    const comment = issue.pull.reviewComments.find(candidate => candidate.id === id);
    if (comment) return { issue, comment };
  }
  throw notFound();
}

export function findCheckRun(call: RepositoryCall, name = 'check_run_id'): CheckRun {
  const run = call.repository.checkRuns.find(
    candidate => candidate.id === Number(call.params[name]),
  );
  if (!run) throw notFound();
  return run;
}

/** A branch, tag or sha, as the last part of an address. */
export async function findCommit(
  call: RepositoryCall,
  revision: unknown = call.params.ref,
): Promise<string> {
  const sha = await resolveCommit(
    call.repository.directory,
    String(revision).replace(/^heads\//, 'refs/heads/'),
  );
  if (!sha) throw unprocessable('Commit', `No commit found for SHA: ${revision}`);
  return sha;
}
