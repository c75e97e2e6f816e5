import { diffFiles } from '../git/diff.ts';
import { currentBase, mergeBase } from '../git/pull-changes.ts';
import { reviewCommentJson, reviewJson } from '../present/pull.ts';
import { emitReview, emitReviewComment } from '../webhooks/pulls.ts';
import type { PullRequest, Review, ReviewComment } from '../world/pulls.ts';
import { accountOf } from './actor.ts';
import { findPull, findReview, findReviewComment } from './addressed.ts';
import { autoMergeReady } from './auto-merge.ts';
import { checkBody, checkUnlocked } from './bodies.ts';
import { actorHasRole, created, ok, type Reply, type RepositoryCall } from './call.ts';
import { forbidden, notFound, unprocessable, unprocessableText } from './errors.ts';
import { note } from './issue-state.ts';
import { paginate } from './pagination.ts';

const STATES = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
} as const;
type ReviewEvent = keyof typeof STATES;

interface DraftComment {
  readonly path: string;
  readonly body: string;
  readonly line?: number;
  readonly start_line?: number;
  readonly side?: 'LEFT' | 'RIGHT';
}

export async function createReview(call: RepositoryCall): Promise<Reply> {
  const { github, repository } = call;
  const issue = findPull(call);
  const {
    event,
    body = '',
    commit_id,
    comments = [],
  } = call.body as {
    event?: ReviewEvent;
    body?: string;
    commit_id?: string;
    comments?: DraftComment[];
  };
  checkUnlocked(call, issue);
  checkBody('PullRequestReview', body);
  checkVerdict(call, issue, event, body, comments.length);
  const review: Review = {
    id: github.nextId(),
    userId: accountOf(call.actor).id,
    body,
    state: 'PENDING',
    commitId: commit_id ?? issue.pull.headSha,
    submittedAt: null,
    minimized: null,
  };
  issue.pull.reviews.push(review);
  for (const comment of comments) await addComment(call, issue, review, comment);
  if (event) await submit(call, issue, review, event);
  return ok(reviewJson(github, repository, issue, review));
}

/** Nobody may judge their own work. */
function checkVerdict(
  call: RepositoryCall,
  issue: PullRequest,
  event: ReviewEvent | undefined,
  body: string,
  comments: number,
): void {
  const own = issue.userId === accountOf(call.actor).id;
  if (own && event === 'APPROVE') throw unprocessableText('Can not approve your own pull request');
  if (own && event === 'REQUEST_CHANGES') {
    throw unprocessableText('Can not request changes on your own pull request');
  }
  if (event === 'REQUEST_CHANGES' && !body) throw unprocessableText('Body cannot be blank');
  if (event === 'COMMENT' && !body && !comments) throw unprocessableText('Body cannot be blank');
}

async function submit(
  call: RepositoryCall,
  issue: PullRequest,
  review: Review,
  event: ReviewEvent,
): Promise<void> {
  const { github, repository } = call;
  const sender = accountOf(call.actor);
  review.state = STATES[event];
  review.submittedAt = github.timestamp();
  issue.updatedAt = review.submittedAt;
  issue.pull.requestedReviewers = issue.pull.requestedReviewers.filter(id => id !== sender.id);
  const words = {
    APPROVE: 'approved these changes',
    REQUEST_CHANGES: 'requested changes',
    COMMENT: 'reviewed',
  };
  note(github, issue, sender.id, `${words[event]} (${review.commitId.slice(0, 7)})`);
  emitReview(github, repository, issue, review, 'submitted', sender);
  if (event === 'APPROVE') await autoMergeReady(github, repository);
}

export async function submitReview(call: RepositoryCall): Promise<Reply> {
  const { issue, review } = findReview(call);
  const { event, body } = call.body as { event: ReviewEvent; body?: string };
  if (review.state !== 'PENDING') throw unprocessableText('Review is already submitted');
  if (body !== undefined) review.body = body;
  checkVerdict(call, issue, event, review.body, 1);
  await submit(call, issue, review, event);
  return ok(reviewJson(call.github, call.repository, issue, review));
}

export function listReviews(call: RepositoryCall): Reply {
  const issue = findPull(call);
  const mine = call.actor.kind === 'anonymous' ? undefined : accountOf(call.actor).id;
  const visible = issue.pull.reviews.filter(
    review => review.state !== 'PENDING' || review.userId === mine,
  );
  return paginate(call, visible, page =>
    page.map(r => reviewJson(call.github, call.repository, issue, r)),
  );
}

export function getReview(call: RepositoryCall): Reply {
  const { issue, review } = findReview(call);
  return ok(reviewJson(call.github, call.repository, issue, review));
}

export async function dismissReview(call: RepositoryCall): Promise<Reply> {
  const { github, repository } = call;
  const { issue, review } = findReview(call);
  if (!actorHasRole(call, 'write')) throw forbidden();
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {
    throw unprocessableText('Can not dismiss a commented pull request review');
  }
  review.state = 'DISMISSED';
  note(github, issue, accountOf(call.actor).id, `dismissed a review: ${call.body.message}`);
  emitReview(github, repository, issue, review, 'dismissed', accountOf(call.actor));
  await autoMergeReady(github, repository);
  return ok(reviewJson(github, repository, issue, review));
}

export function updateReview(call: RepositoryCall): Reply {
  const { issue, review } = findReview(call);
  if (review.userId !== accountOf(call.actor).id) throw forbidden();
  const from = review.body;
  review.body = String(call.body.body);
  emitReview(call.github, call.repository, issue, review, 'edited', accountOf(call.actor), {
    changes: { body: { from } },
  });
  return ok(reviewJson(call.github, call.repository, issue, review));
}

export function listReviewComments(call: RepositoryCall): Reply {
  const issue = findPull(call);
  const { sort, direction } = call.query;
  const comments = issue.pull.reviewComments;
  // The direction is ignored without `sort`.
  const listed = sort && direction === 'desc' ? comments.toReversed() : comments;
  return paginate(call, listed, page =>
    page.map(comment => reviewCommentJson(call.github, call.repository, issue, comment)),
  );
}

export function getReviewComment(call: RepositoryCall): Reply {
  const { issue, comment } = findReviewComment(call);
  return ok(reviewCommentJson(call.github, call.repository, issue, comment));
}

export async function createReviewComment(call: RepositoryCall): Promise<Reply> {
  const issue = findPull(call);
  checkUnlocked(call, issue);
  const comment = await addComment(call, issue, null, call.body as unknown as DraftComment);
  return created(reviewCommentJson(call.github, call.repository, issue, comment));
}

export function replyToReviewComment(call: RepositoryCall): Reply {
  const { issue, comment } = findReviewComment(call);
  if (issue !== findPull(call)) throw notFound();
  checkUnlocked(call, issue);
  const reply = keepComment(call, issue, {
    ...comment,
    body: String(call.body.body),
    inReplyTo: comment.inReplyTo ?? comment.id,
  });
  return created(reviewCommentJson(call.github, call.repository, issue, reply));
}

async function addComment(
  call: RepositoryCall,
  issue: PullRequest,
  review: Review | null,
  draft: DraftComment,
): Promise<ReviewComment> {
  const { pull } = issue;
  const base = await mergeBase(
    call.repository,
    await currentBase(call.repository, pull),
    pull.headSha,
  );
  const file = (await diffFiles(call.repository.directory, base, pull.headSha)).find(
    f => f.filename === draft.path,
  );
  if (!file && review) throw unprocessableText('Path could not be resolved');
  if (!file)
    throw unprocessable('PullRequestReviewComment', {
      field: 'pull_request_review_thread.path',
      code: 'invalid',
    });
  const { line, side = 'RIGHT' } = draft;
  if (review && line !== undefined && !isInDiff(file.patch ?? '', line, side))
    throw unprocessableText('Line could not be resolved');
  return keepComment(call, issue, {
    reviewId: review?.id ?? null,
    body: draft.body,
    path: draft.path,
    line: draft.line ?? null,
    startLine: draft.start_line ?? null,
    side: draft.side ?? 'RIGHT',
    commitId: pull.headSha,
    diffHunk: file.patch?.split('\n').slice(0, 4).join('\n') ?? '',
    inReplyTo: null,
  });
}

/** GitHub takes comments on lines that the diff shows alone. */
function isInDiff(patch: string, line: number, side: 'LEFT' | 'RIGHT'): boolean {
  const [other, kept] = side === 'RIGHT' ? ['-', '+'] : ['+', '-'];
  let at = 0;
  for (const text of patch.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(text);
    if (hunk) at = Number(side === 'RIGHT' ? hunk[2] : hunk[1]) - 1;
    else if (!text.startsWith(other) && !text.startsWith('\\')) {
      at += 1;
      if (at === line && (text.startsWith(kept) || text.startsWith(' '))) return true;
    }
  }
  return false;
}

type NewComment = Pick<
  ReviewComment,
  | 'reviewId'
  | 'body'
  | 'path'
  | 'line'
  | 'startLine'
  | 'side'
  | 'commitId'
  | 'diffHunk'
  | 'inReplyTo'
>;

function keepComment(call: RepositoryCall, issue: PullRequest, comment: NewComment): ReviewComment {
  const { github } = call;
  checkBody('PullRequestReviewComment', comment.body);
  const now = github.timestamp();
  const kept: ReviewComment = {
    ...comment,
    id: github.nextId(),
    userId: accountOf(call.actor).id,
    createdAt: now,
    updatedAt: now,
    minimized: null,
    resolved: false,
    reactions: [],
  };
  issue.pull.reviewComments.push(kept);
  emitReviewComment(github, call.repository, issue, kept, accountOf(call.actor));
  return kept;
}
