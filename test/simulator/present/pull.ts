import { branchTip } from '../git/branches.ts';
import { mergeability } from '../git/mergeability.ts';
import { pullChanges } from '../git/pull-changes.ts';
import type { GitHub } from '../github.ts';
import { accountById } from '../world/accounts.ts';
import type { Pull, PullRequest, Review, ReviewComment } from '../world/pulls.ts';
import { ownerOf, type Repository } from '../world/repositories.ts';
import { type Json, simpleTeam, simpleUser, userById } from './account.ts';
import { association, issuePage, issueUrl, labelsOf, milestoneJson, rollup } from './issue.ts';
import { nodeId } from './links.ts';
import { fullRepository, repositoryUrl } from './repository.ts';

export function pullUrl(github: GitHub, repository: Repository, number: number): string {
  return `${repositoryUrl(github, repository)}/pulls/${number}`;
}

function side(github: GitHub, repository: Repository, ref: string, sha: string): Json {
  const owner = ownerOf(github, repository);
  return {
    label: `${owner.login}:${ref}`,
    ref,
    sha,
    user: simpleUser(github, owner),
    repo: {
      ...fullRepository(github, repository),
      // Here GitHub's events have no organization object.
      organization: undefined,
      squash_merge_commit_title: repository.mergeTexts.squashTitle,
      squash_merge_commit_message: repository.mergeTexts.squashMessage,
      merge_commit_title: repository.mergeTexts.mergeTitle,
      merge_commit_message: repository.mergeTexts.mergeMessage,
      use_squash_pr_title_as_default: false,
    },
  };
}

/** Of a fork that was deleted; only its author can have pushed it. */
function lostSide(github: GitHub, { pull, userId }: PullRequest): Json {
  const user = simpleUser(github, accountById(github, userId));
  const { headRef: ref, headSha: sha } = pull;
  return { label: `${user.login}:${ref}`, ref, sha, user, repo: null };
}

export function headRepository(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
): Repository {
  return github.world.repositories.get(issue.pull.headRepositoryId) ?? repository;
}

/** As lists and most events show it. */
export function simplePull(github: GitHub, repository: Repository, issue: PullRequest): Json {
  const { pull } = issue;
  const url = pullUrl(github, repository, issue.number);
  const html = issuePage(github, repository, issue);
  const issueAddress = issueUrl(github, repository, issue.number);
  const statuses = `${repositoryUrl(github, repository)}/statuses/${pull.headSha}`;
  const reviewComment = `${repositoryUrl(github, repository)}/pulls/comments{/number}`;
  const head = github.world.repositories.get(pull.headRepositoryId);
  const assignees = issue.assignees.map(id => userById(github, id));
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueAddress,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: reviewComment,
    comments_url: `${issueAddress}/comments`,
    statuses_url: statuses,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    active_lock_reason: issue.lockReason,
    title: issue.title,
    user: userById(github, issue.userId),
    body: issue.body,
    // The description of lists of pull requests knows no label without a text.
    labels: labelsOf(github, repository, issue).map(label => ({
      ...label,
      description: label.description ?? '',
    })),
    milestone: issue.milestone && milestoneJson(github, repository, issue.milestone),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: pull.requestedReviewers.map(id => userById(github, id)),
    requested_teams: pull.requestedTeams
      .map(id => github.world.teams.get(id))
      .filter(team => team !== undefined)
      .map(team => simpleTeam(github, team)),
    head: head ? side(github, head, pull.headRef, pull.headSha) : lostSide(github, issue),
    base: side(github, repository, pull.baseRef, pull.baseSha),
    author_association: association(github, repository, issue.userId),
    auto_merge: pull.autoMerge && {
      enabled_by: userById(github, pull.autoMerge.enabledById),
      merge_method: pull.autoMerge.method,
      commit_title: pull.autoMerge.title ?? '',
      commit_message: pull.autoMerge.message ?? '',
    },
    draft: pull.draft,
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issueAddress },
      comments: { href: `${issueAddress}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: reviewComment },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
  };
}

const stackPlace = ({ id, base, size, position }: NonNullable<Pull['stack']>, sha: string) => ({
  id,
  number: id,
  base: { ref: base, sha },
  size,
  position,
});

export async function pullJson(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  viewer: number | null = null,
): Promise<Json> {
  const { pull } = issue;
  const changes = await pullChanges(repository, pull);
  const { mergeable, state } = await mergeability(github, repository, issue, viewer);
  return {
    ...simplePull(github, repository, issue),
    merged: pull.merged,
    ...(pull.stack && { stack: stackPlace(pull.stack, pull.baseSha) }),
    mergeable,
    rebaseable: mergeable,
    mergeable_state: state,
    merged_by: pull.mergedById === null ? null : userById(github, pull.mergedById),
    comments: issue.comments.length,
    review_comments: pull.reviewComments.length,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: changes.commits,
    additions: changes.additions,
    deletions: changes.deletions,
    changed_files: changes.files,
  };
}

/** Inside checks: only pull requests of the same repository that have this head. */
export async function pullsWithHead(
  github: GitHub,
  repository: Repository,
  sha: string,
): Promise<Json[]> {
  const found: Json[] = [];
  for (const issue of repository.issues.values()) {
    const { pull } = issue;
    if (!pull || issue.state !== 'open') continue;
    if (pull.headSha !== sha || pull.headRepositoryId !== repository.id) continue;
    const repo = {
      id: repository.id,
      url: repositoryUrl(github, repository),
      name: repository.name,
    };
    found.push({
      url: pullUrl(github, repository, issue.number),
      id: pull.id,
      number: issue.number,
      head: { ref: pull.headRef, sha: pull.headSha, repo },
      base: {
        ref: pull.baseRef,
        sha: (await branchTip(repository, pull.baseRef)) ?? pull.baseSha,
        repo,
      },
    });
  }
  return found;
}

export function reviewJson(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  review: Review,
): Json {
  const pull = pullUrl(github, repository, issue.number);
  const html = `${issuePage(github, repository, issue)}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: userById(github, review.userId),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pull,
    author_association: association(github, repository, review.userId),
    _links: { html: { href: html }, pull_request: { href: pull } },
    ...(review.submittedAt && { submitted_at: review.submittedAt }),
    commit_id: review.commitId,
  };
}

export function reviewCommentJson(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  comment: ReviewComment,
): Json {
  const url = `${repositoryUrl(github, repository)}/pulls/comments/${comment.id}`;
  const pull = pullUrl(github, repository, issue.number);
  const html = `${issuePage(github, repository, issue)}#discussion_r${comment.id}`;
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: nodeId('PRRC', comment.id),
    diff_hunk: comment.diffHunk,
    path: comment.path,
    position: 1,
    original_position: 1,
    commit_id: comment.commitId,
    original_commit_id: comment.commitId,
    user: userById(github, comment.userId),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: html,
    pull_request_url: pull,
    author_association: association(github, repository, comment.userId),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pull } },
    reactions: rollup(comment.reactions, `${url}/reactions`),
    start_line: comment.startLine,
    original_start_line: comment.startLine,
    start_side: comment.startLine === null ? null : comment.side,
    line: comment.line ?? 1,
    original_line: comment.line ?? 1,
    side: comment.side,
    subject_type: comment.line === null ? 'file' : 'line',
    ...(comment.inReplyTo !== null && { in_reply_to_id: comment.inReplyTo }),
  };
}
