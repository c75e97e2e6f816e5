/** Auto-merge: GitHub merges for whoever enabled it, once nothing stands in the way. */
import { mergeability } from '../git/mergeability.ts';
import type { GitHub } from '../github.ts';
import { type Account, accountById } from '../world/accounts.ts';
import { type AutoMerge, isPullRequest, type PullRequest } from '../world/pulls.ts';
import type { Repository } from '../world/repositories.ts';
import { Refusal, refusal } from './errors.ts';
import { happened } from './issue-state.ts';
import { merge } from './merge.ts';
import { advanceQueue, enqueue } from './merge-queue.ts';
import { disableAutoMerge } from './pull-state.ts';

export async function enableAutoMerge(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  wanted: Omit<AutoMerge, 'enabledAt'>,
): Promise<void> {
  if (!repository.allowsAutoMerge)
    throw refusal(422, 'Pull request Auto merge is not allowed for this repository');
  const { state } = await mergeability(github, repository, issue, wanted.enabledById);
  // GitHub refuses to wait for what is already there.
  if (state === 'clean' || state === 'draft' || state === 'dirty' || issue.state === 'closed') {
    throw refusal(
      422,
      `Pull request Pull request is in ${issue.state === 'closed' ? 'closed' : state} status`,
    );
  }
  issue.pull.autoMerge = { ...wanted, enabledAt: github.timestamp() };
  const extra = { reason: '' };
  await happened(github, repository, issue, 'auto_merge_enabled', wanted.enabledById, extra);
}

/** Whoever waits for green is merged once nothing stands in the way, or enters the queue. */
export async function autoMergeReady(github: GitHub, repository: Repository): Promise<void> {
  for (const issue of repository.issues.values()) {
    if (!isPullRequest(issue) || !issue.pull.autoMerge || issue.state !== 'open') continue;
    const by = accountById(github, issue.pull.autoMerge.enabledById);
    const { state } = await mergeability(github, repository, issue, by.id);
    if (state === 'clean' || state === 'unstable') await carryOut(github, repository, issue, by);
  }
}

async function carryOut(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  by: Account,
): Promise<void> {
  const { autoMerge, baseRef } = issue.pull;
  if (!autoMerge) return;
  try {
    if (repository.protections.get(baseRef)?.mergeQueue) {
      issue.pull.autoMerge = null;
      await enqueue(github, repository, issue, by);
      await advanceQueue(github, repository);
    } else {
      const { method, title, message } = autoMerge;
      await merge(github, repository, issue, by, {
        method,
        title: title ?? undefined,
        message: message ?? undefined,
      });
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await disableAutoMerge(github, repository, issue, { by, reason: error.message });
  }
}
