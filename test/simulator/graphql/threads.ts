import { branchTip } from '../git/branches.ts';
import { commitsBetween } from '../git/commits.ts';
import { mergeability } from '../git/mergeability.ts';
import { currentBase } from '../git/pull-changes.ts';
import type { GitHub } from '../github.ts';
import type { Json } from '../present/account.ts';
import { issuePage } from '../present/issue.ts';
import { nodeId } from '../present/links.ts';
import { repositoryPage } from '../present/repository.ts';
import type { Actor } from '../rest/actor.ts';
import type { Comment, Issue } from '../world/issues.ts';
import {
  inQueue,
  type PullRequest,
  type Review,
  type ReviewComment,
  standingReviews,
} from '../world/pulls.ts';
import type { Repository } from '../world/repositories.ts';
import { atLeast, roleOf } from '../world/roles.ts';
import { accountObject, teamObject } from './accounts.ts';
import { branchObject, repositoryFields } from './branches.ts';
import { rollupObject } from './checks.ts';
import { commitObject } from './commits.ts';
import { connection, type Slice } from './connection.ts';

export function issueObject(github: GitHub, repository: Repository, issue: Issue) {
  return {
    __typename: 'Issue',
    id: nodeId('I', issue.id),
    databaseId: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    state: issue.state.toUpperCase(),
    locked: issue.locked,
    updatedAt: issue.updatedAt,
    author: () => accountObject(github, issue.userId),
    url: issuePage(github, repository, issue),
  };
}

export function commentObject(github: GitHub, repository: Repository, comment: Comment) {
  return {
    __typename: 'IssueComment',
    id: nodeId('IC', comment.id),
    databaseId: comment.id,
    body: comment.body,
    author: () => accountObject(github, comment.userId),
    isMinimized: comment.minimized !== null,
    minimizedReason: comment.minimized,
    url: `${repositoryPage(github, repository)}/issues/${comment.issueNumber}#issuecomment-${comment.id}`,
  };
}

export function reviewObject(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  review: Review,
) {
  return {
    __typename: 'PullRequestReview',
    id: nodeId('PRR', review.id),
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    state: review.state,
    body: review.body,
    author: () => accountObject(github, review.userId),
    commit: () => commitObject(github, repository, review.commitId),
    submittedAt: review.submittedAt,
    authorCanPushToRepository: atLeast(roleOf(github, repository, review.userId), 'write'),
    isMinimized: review.minimized !== null,
    minimizedReason: review.minimized,
    url: `${issuePage(github, repository, issue)}#pullrequestreview-${review.id}`,
  };
}

export function pullState(issue: PullRequest): string {
  return issue.pull.merged ? 'MERGED' : issue.state.toUpperCase();
}

export function pullObject(github: GitHub, repository: Repository, issue: PullRequest) {
  const { pull } = issue;
  return {
    __typename: 'PullRequest',
    id: nodeId('PR', pull.id),
    databaseId: pull.id,
    number: issue.number,
    updatedAt: issue.updatedAt,
    title: issue.title,
    body: issue.body ?? '',
    state: pullState(issue),
    isDraft: pull.draft,
    merged: pull.merged,
    locked: issue.locked,
    mergeable: async () => {
      const { mergeable } = await mergeability(github, repository, issue);
      return mergeable === null ? 'UNKNOWN' : mergeable ? 'MERGEABLE' : 'CONFLICTING';
    },
    mergeStateStatus: async () =>
      (await mergeability(github, repository, issue)).state.toUpperCase(),
    reviewDecision: decision(github, repository, issue),
    headRefOid: pull.headSha,
    headRefName: pull.headRef,
    baseRefOid: pull.baseSha,
    baseRefName: pull.baseRef,
    headRepository: () => {
      const head = github.world.repositories.get(pull.headRepositoryId);
      return head ? repositoryFields(github, head) : null;
    },
    baseRef: async () => {
      const sha = await branchTip(repository, pull.baseRef);
      return sha ? branchObject(github, repository, pull.baseRef, sha) : null;
    },
    statusCheckRollup: (_: unknown, { actor }: { actor: Actor }) =>
      rollupObject({ github, actor }, repository, pull.headSha),
    reviewRequests: (args: Slice) =>
      connection(
        [
          ...pull.requestedReviewers.map(id => accountObject(github, id)),
          ...pull.requestedTeams.map(id => teamObject(github, id)),
        ].map(requestedReviewer => ({
          id: nodeId('RR', `${pull.id}:${requestedReviewer.id}`),
          requestedReviewer,
        })),
        args,
      ),
    author: () => accountObject(github, issue.userId),
    url: issuePage(github, repository, issue),
    commits: async (args: Slice) => {
      const base = await currentBase(repository, pull);
      const commits = await commitsBetween(repository.directory, base, pull.headSha);
      const nodes = commits.map(({ sha }) => ({
        id: nodeId('C', `${pull.id}:${sha}`),
        commit: () => commitObject(github, repository, sha),
        url: `${issuePage(github, repository, issue)}/commits/${sha}`,
      }));
      return connection(nodes, args);
    },
    reviewThreads: (args: Slice) =>
      connection(
        pull.reviewComments.filter(({ inReplyTo }) => inReplyTo === null).map(conversation),
        args,
      ),
    reviews: (args: Slice & { states?: string[]; author?: string }) => {
      const wanted = pull.reviews.filter(
        review =>
          review.state !== 'PENDING' &&
          (!args.states || args.states.includes(review.state)) &&
          (!args.author || accountObject(github, review.userId)?.login === args.author),
      );
      return connection(
        wanted.map(review => reviewObject(github, repository, issue, review)),
        args,
      );
    },
    // Whoever's latest opinion was dismissed has none.
    latestOpinionatedReviews: (args: Slice & { writersOnly?: boolean }) => {
      const wanted = standingReviews(pull).filter(
        ({ userId }) => !args.writersOnly || atLeast(roleOf(github, repository, userId), 'write'),
      );
      return connection(
        wanted.map(review => reviewObject(github, repository, issue, review)),
        args,
      );
    },
    autoMergeRequest: pull.autoMerge && {
      enabledAt: pull.autoMerge.enabledAt,
      enabledBy: accountObject(github, pull.autoMerge.enabledById),
      mergeMethod: pull.autoMerge.method.toUpperCase(),
      commitHeadline: pull.autoMerge.title,
      commitBody: pull.autoMerge.message,
    },
    mergedBy: () => (pull.mergedById ? accountObject(github, pull.mergedById) : null),
    mergeCommit: () =>
      pull.mergeCommitSha ? commitObject(github, repository, pull.mergeCommitSha) : null,
    isInMergeQueue: pull.queued !== null,
    mergeQueueEntry: queueEntry(github, repository, issue),
    timelineItems: ({ itemTypes, ...args }: Slice & { itemTypes?: string[] }) =>
      connection(
        pull.queueEvents
          .map(({ at, removed }, index) =>
            removed === null
              ? {
                  __typename: 'AddedToMergeQueueEvent',
                  type: 'ADDED_TO_MERGE_QUEUE_EVENT',
                  id: nodeId('ATMQE', `${pull.id}:${index}`),
                  createdAt: at,
                }
              : {
                  __typename: 'RemovedFromMergeQueueEvent',
                  type: 'REMOVED_FROM_MERGE_QUEUE_EVENT',
                  id: nodeId('RFMQE', `${pull.id}:${index}`),
                  createdAt: at,
                  reason: removed,
                },
          )
          .filter(({ type }) => itemTypes?.includes(type) ?? true),
        args,
      ),
  };
}

/** What a comment on the diff begins. */
export const conversation = ({ id, path, resolved }: ReviewComment) => ({
  id: nodeId('PRRT', id),
  path,
  isOutdated: false,
  isResolved: resolved,
});

// A queue names its entries, and each entry its queue: the compiler is told where that ends.
export function queueEntry(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
): Json | null {
  const { queued, id } = issue.pull;
  return (
    queued && {
      id: nodeId('MQE', id),
      position: inQueue(repository, issue.pull.baseRef).indexOf(issue) + 1,
      state: 'AWAITING_CHECKS',
      enqueuer: accountObject(github, queued.byId),
      headCommit: () => commitObject(github, repository, queued.group),
      pullRequest: () => pullObject(github, repository, issue),
      mergeQueue: () => queueObject(github, repository, issue.pull.baseRef),
    }
  );
}

const queueObject = (github: GitHub, repository: Repository, base: string) => ({
  id: nodeId('MQ', `${repository.id}:${base}`),
  entries: (args: Slice) =>
    connection(
      inQueue(repository, base).map(issue => queueEntry(github, repository, issue)),
      args,
    ),
});

/** Null where the branch asks for no reviews. */
function decision(github: GitHub, repository: Repository, issue: PullRequest): string | null {
  const required = repository.protections.get(issue.pull.baseRef)?.requiredReviews ?? 0;
  if (required === 0) return null;
  const standing = standingReviews(issue.pull).filter(r =>
    atLeast(roleOf(github, repository, r.userId), 'write'),
  );
  if (standing.some(review => review.state === 'CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  return standing.filter(review => review.state === 'APPROVED').length >= required
    ? 'APPROVED'
    : 'REVIEW_REQUIRED';
}
