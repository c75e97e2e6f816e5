/** Merging in the background: what GitHub recommends, and the only way to merge a stacked pull request. */
import { randomUUID } from 'node:crypto';
import type { GitHub } from '../github.ts';
import type { Account } from '../world/accounts.ts';
import type { AsyncMerge, PullRequest } from '../world/pulls.ts';
import type { Repository } from '../world/repositories.ts';
import { mergedTogether } from '../world/stacks.ts';
import { accountOf } from './actor.ts';
import { findPull } from './addressed.ts';
import { ok, type Reply, type RepositoryCall } from './call.ts';
import { notFound, Refusal, refusal } from './errors.ts';
import { happened } from './issue-state.ts';
import { type MergeOptions, merge } from './merge.ts';
import { advanceQueue, enqueue } from './merge-queue.ts';

/** For how long the outcome is kept. */
const KEPT_MS = 24 * 3_600_000;

export function mergeAsync(call: RepositoryCall): Reply {
  const { github, repository, body } = call;
  if (!github.world.mergesAsync) throw notFound();
  const issue = findPull(call);
  const { pull } = issue;
  if (pull.merged) {
    const details = { message: 'Pull request is already merged', sha: pull.mergeCommitSha };
    return ok({ status: 'merged', details });
  }
  if (pull.queued)
    return ok({ status: 'enqueued', details: { message: 'Pull request is in a merge queue' } });
  if (issue.state === 'closed') return notReady('Pull request is closed');
  if (pull.draft) return notReady('Pull request is in draft state');
  const earlier = pull.mergeRequests.findLast(({ result }) => result.status === 'pending');
  if (earlier) return { status: 409, body: told(earlier) };
  const { sha, merge_method, merge_action, commit_title, commit_message } = body as {
    sha?: string;
    merge_method?: AsyncMerge['method'];
    merge_action?: AsyncMerge['action'];
    commit_title?: string;
    commit_message?: string;
  };
  const request: AsyncMerge = {
    uuid: randomUUID(),
    sha: sha ?? pull.headSha,
    method: merge_method ?? 'default',
    action: merge_action ?? 'default',
    title: commit_title,
    message: commit_message,
    result: { status: 'pending' },
    updatedAt: github.now().getTime(),
  };
  pull.mergeRequests.push(request);
  github.background(carryOut({ github, repository, issue, by: accountOf(call.actor) }, request));
  return { status: 202, body: told(request) };
}

const notReady = (message: string): Reply => ({
  status: 400,
  body: { status: 'failed', details: { message } },
});

export function getMergeAsyncResult(call: RepositoryCall): Reply {
  const { github } = call;
  const request = findPull(call).pull.mergeRequests.find(({ uuid }) => uuid === call.params.uuid);
  const gone = !request || request.updatedAt + KEPT_MS < github.now().getTime();
  if (gone || !github.world.mergesAsync) throw notFound();
  return ok(told(request));
}

function told({ uuid, sha, method, action, result }: AsyncMerge) {
  switch (result.status) {
    case 'pending':
      return {
        status: 'pending',
        details: {
          message: 'Pull request merge is pending',
          uuid,
          merge_method: method,
          merge_action: action,
          expected_head_sha: sha,
        },
      };
    case 'merged':
      return { status: 'merged', details: { message: 'Pull request merged', sha: result.sha } };
    case 'enqueued':
      return { status: 'enqueued', details: { message: 'Pull request added to the merge queue' } };
    case 'failed':
      return { status: 'failed', details: { message: result.message } };
  }
}

type Merging = { github: GitHub; repository: Repository; issue: PullRequest; by: Account };

/** Rules are judged now, and not when it was asked for. */
async function carryOut(merging: Merging, request: AsyncMerge): Promise<void> {
  await merging.repository.mergesHeld;
  try {
    request.result = await outcome(merging, request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    request.result = { status: 'failed', message: error.message };
  }
  request.updatedAt = merging.github.now().getTime();
}

async function outcome(merging: Merging, request: AsyncMerge): Promise<AsyncMerge['result']> {
  const { github, repository, issue, by } = merging;
  const { sha, method, action, title, message } = request;
  const queue = repository.protections.get(issue.pull.baseRef)?.mergeQueue !== undefined;
  if (action === 'merge_queue' || (action === 'default' && queue)) {
    if (sha !== issue.pull.headSha) throw refusal(409, 'Head branch was modified.');
    await enqueue(github, repository, issue, by);
    await advanceQueue(github, repository);
    return { status: 'enqueued' };
  }
  const options = { method: method === 'default' ? 'merge' : method, sha, title, message } as const;
  return { status: 'merged', sha: await mergeStack(merging, options) };
}

/** With all that lie below it, from the bottom; what lies above it is based on the stack's base then. */
async function mergeStack(
  { github, repository, issue, by }: Merging,
  options: MergeOptions,
): Promise<string> {
  let merged = '';
  for (const each of mergedTogether(repository, issue)) {
    const sha = each === issue ? options.sha : each.pull.headSha;
    merged = await merge(github, repository, each, by, { ...options, sha, stacked: true });
    await retargetAbove(github, repository, each, by);
  }
  return merged;
}

async function retargetAbove(
  github: GitHub,
  repository: Repository,
  { pull: { stack } }: PullRequest,
  by: Account,
): Promise<void> {
  if (!stack) return;
  const above = repository.issues.get(stack.numbers[stack.position] ?? 0);
  if (!above?.pull || above.state === 'closed') return;
  const changes = {
    base: { ref: { from: above.pull.baseRef }, sha: { from: above.pull.baseSha } },
  };
  above.pull.baseRef = stack.base;
  await happened(github, repository, above, 'edited', by.id, { changes });
}
