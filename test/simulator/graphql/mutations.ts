import { accountOf } from '../rest/actor.ts';
import { autoMergeReady, enableAutoMerge } from '../rest/auto-merge.ts';
import { refusal } from '../rest/errors.ts';
import { happened } from '../rest/issue-state.ts';
import { leaveQueue } from '../rest/leave-queue.ts';
import { advanceQueue, enqueue } from '../rest/merge-queue.ts';
import { disableAutoMerge } from '../rest/pull-state.ts';
import { emitThread } from '../webhooks/pulls.ts';
import type { MergeMethod, PullRequest } from '../world/pulls.ts';
import type { Repository } from '../world/repositories.ts';
import { accountObject } from './accounts.ts';
import { type Context, findNode } from './queries.ts';
import { commentObject, conversation, pullObject, queueEntry, reviewObject } from './threads.ts';

export interface Mutation<T> {
  readonly input: T & { readonly clientMutationId?: string };
}

function findPull(context: Context, id: string): { repository: Repository; issue: PullRequest } {
  const found = findNode(context, id, ['pull_requests:write'], 'read');
  if (found.kind !== 'pull')
    throw refusal(404, `Could not resolve to PullRequest node with the global id of '${id}'.`);
  return found;
}

async function setDraft(
  context: Context,
  id: string,
  draft: boolean,
  clientMutationId: string | undefined,
) {
  const { github, actor } = context;
  const { repository, issue } = findPull(context, id);
  if (issue.state === 'closed') throw refusal(422, 'Pull request is closed');
  if (issue.pull.draft !== draft) {
    issue.pull.draft = draft;
    await leaveQueue(github, repository, issue, { by: accountOf(actor), reason: 'MANUAL' });
    await happened(
      github,
      repository,
      issue,
      draft ? 'converted_to_draft' : 'ready_for_review',
      accountOf(actor).id,
    );
  }
  return { clientMutationId, pullRequest: pullObject(github, repository, issue) };
}

type PullInput = Mutation<{ readonly pullRequestId: string }>;

export const markPullRequestReadyForReview = ({ input }: PullInput, context: Context) =>
  setDraft(context, input.pullRequestId, false, input.clientMutationId);

export const convertPullRequestToDraft = ({ input }: PullInput, context: Context) =>
  setDraft(context, input.pullRequestId, true, input.clientMutationId);

type MinimizeInput = Mutation<{ readonly subjectId: string; readonly classifier?: string }>;

export function minimizeComment({ input }: MinimizeInput, context: Context) {
  return {
    clientMutationId: input.clientMutationId,
    minimizedComment: setMinimized(context, input.subjectId, input.classifier ?? null),
  };
}

export function unminimizeComment({ input }: MinimizeInput, context: Context) {
  return {
    clientMutationId: input.clientMutationId,
    unminimizedComment: setMinimized(context, input.subjectId, null),
  };
}

function setMinimized(context: Context, id: string, classifier: string | null) {
  const { github } = context;
  const found = findNode(context, id, ['issues:write', 'pull_requests:write'], 'write');
  const reason = classifier?.toLowerCase() ?? null;
  if (found.kind === 'comment') {
    found.comment.minimized = reason;
    return commentObject(github, found.repository, found.comment);
  }
  if (found.kind === 'reviewComment') {
    found.comment.minimized = reason;
    const { body, minimized } = found.comment;
    return {
      __typename: 'PullRequestReviewComment',
      id,
      body,
      isMinimized: minimized !== null,
      minimizedReason: minimized,
    };
  }
  if (found.kind === 'review') {
    found.review.minimized = reason;
    return reviewObject(github, found.repository, found.issue, found.review);
  }
  throw refusal(404, `Could not resolve to a node with the global id of '${id}'`);
}

type ThreadInput = Mutation<{ readonly threadId: string }>;

export const resolveReviewThread = ({ input }: ThreadInput, context: Context) =>
  setResolved(context, input, true);

export const unresolveReviewThread = ({ input }: ThreadInput, context: Context) =>
  setResolved(context, input, false);

async function setResolved(context: Context, input: ThreadInput['input'], resolved: boolean) {
  const { github, actor } = context;
  const { threadId, clientMutationId } = input;
  const found = findNode(context, threadId, ['pull_requests:write'], 'write');
  if (found.kind !== 'reviewComment')
    throw refusal(404, `Could not resolve to a node with the global id of '${threadId}'`);
  const { repository, issue, comment } = found;
  comment.resolved = resolved;
  emitThread(github, repository, issue, { comment, by: accountOf(actor) });
  await autoMergeReady(github, repository);
  return { clientMutationId, thread: conversation(comment) };
}

type AutoMergeInput = Mutation<{
  readonly pullRequestId: string;
  readonly mergeMethod?: string;
  readonly commitHeadline?: string;
  readonly commitBody?: string;
  readonly expectedHeadOid?: string;
}>;

export async function enablePullRequestAutoMerge({ input }: AutoMergeInput, context: Context) {
  const { github, actor } = context;
  const { repository, issue } = findPull(context, input.pullRequestId);
  if (input.expectedHeadOid && input.expectedHeadOid !== issue.pull.headSha)
    throw refusal(409, 'Head oid does not match');
  await enableAutoMerge(github, repository, issue, {
    enabledById: accountOf(actor).id,
    method: (input.mergeMethod?.toLowerCase() ?? 'merge') as MergeMethod,
    title: input.commitHeadline ?? null,
    message: input.commitBody ?? null,
  });
  return autoMergeAnswer(context, repository, issue, input.clientMutationId);
}

export async function disablePullRequestAutoMerge({ input }: PullInput, context: Context) {
  const { repository, issue } = findPull(context, input.pullRequestId);
  if (!issue.pull.autoMerge) throw refusal(422, "Can't disable auto-merge for this pull request.");
  const by = accountOf(context.actor);
  await disableAutoMerge(context.github, repository, issue, { by, reason: 'manual' });
  return autoMergeAnswer(context, repository, issue, input.clientMutationId);
}

function autoMergeAnswer(
  { github, actor }: Context,
  repository: Repository,
  issue: PullRequest,
  clientMutationId: string | undefined,
) {
  return {
    clientMutationId,
    actor: accountObject(github, accountOf(actor).id),
    pullRequest: pullObject(github, repository, issue),
  };
}

type EnqueueInput = Mutation<{ readonly pullRequestId: string; readonly expectedHeadOid?: string }>;

export async function enqueuePullRequest({ input }: EnqueueInput, context: Context) {
  const { github, actor } = context;
  const { repository, issue } = findPull(context, input.pullRequestId);
  if (input.expectedHeadOid && input.expectedHeadOid !== issue.pull.headSha)
    throw refusal(409, 'Head oid does not match');
  await enqueue(github, repository, issue, accountOf(actor));
  const mergeQueueEntry = queueEntry(github, repository, issue);
  await advanceQueue(github, repository);
  return { clientMutationId: input.clientMutationId, mergeQueueEntry };
}

type DequeueInput = Mutation<{ readonly id: string }>;

export async function dequeuePullRequest({ input }: DequeueInput, context: Context) {
  const { github, actor } = context;
  const { repository, issue } = findPull(context, input.id);
  const mergeQueueEntry = queueEntry(github, repository, issue);
  if (!mergeQueueEntry) throw refusal(422, 'Pull request is not in the merge queue');
  await leaveQueue(github, repository, issue, { by: accountOf(actor), reason: 'MANUAL' });
  await advanceQueue(github, repository);
  return { clientMutationId: input.clientMutationId, mergeQueueEntry };
}
