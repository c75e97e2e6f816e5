/** The merge queue: what is in it is merged once the required checks of its group's commit are green. */
import { branchTip, ZERO } from '../git/branches.ts';
import { mergeability, requiredState } from '../git/mergeability.ts';
import { moveRef } from '../git/refs.ts';
import type { GitHub } from '../github.ts';
import type { Account } from '../world/accounts.ts';
import { groupBase, putInGroup } from '../world/merge-queue.ts';
import { inQueue, type PullRequest } from '../world/pulls.ts';
import { type Repository, withRefLock } from '../world/repositories.ts';
import { refusal } from './errors.ts';
import { happened } from './issue-state.ts';
import { dropGroup, leaveQueue, queueBot } from './leave-queue.ts';
import { markMerged } from './pull-state.ts';

export async function enqueue(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  by: Account,
): Promise<void> {
  const { pull } = issue;
  if (!repository.protections.get(pull.baseRef)?.mergeQueue)
    throw refusal(422, `Merge queue is not enabled on the branch ${pull.baseRef}`);
  if (issue.state === 'closed') throw refusal(422, 'Pull request is closed');
  if (pull.queued) throw refusal(422, 'Pull request is already in the queue');
  const { state, reasons } = await mergeability(github, repository, issue, by.id);
  if (state === 'draft') throw refusal(422, 'Pull request is in draft status');
  if (state === 'dirty') throw refusal(422, 'Pull request has merge conflicts');
  // The group has the base's latest commits: being behind it is no obstacle.
  if (state === 'blocked') throw refusal(422, reasons.join(' '));
  const stands = await putInGroup(github, repository, issue, by);
  // The answer says that it is there, and right after that GitHub finds that it is not.
  if (!stands) pull.queued = { byId: by.id, at: github.nextId(), base: ZERO, group: ZERO };
  pull.queueEvents.push({ at: github.timestamp(), removed: null });
  await happened(github, repository, issue, 'enqueued', by.id);
  if (!stands)
    await leaveQueue(github, repository, issue, { by: queueBot(github), reason: 'MERGE_CONFLICT' });
}

/** Merges or removes what is first in each queue, as far as its checks say so. */
export const advanceQueue = (github: GitHub, repository: Repository): Promise<void> =>
  withRefLock(repository, async () => {
    for (const [base, { mergeQueue }] of repository.protections)
      while (mergeQueue && (await advanceFirst(github, repository, base)));
  });

async function advanceFirst(github: GitHub, repository: Repository, base: string) {
  const by = queueBot(github);
  await regroup(github, repository, base, by);
  const [issue] = inQueue(repository, base);
  const queued = issue?.pull.queued;
  if (!issue || !queued) return false;
  const required = repository.protections.get(base)?.requiredChecks ?? [];
  const states = required.map(check => requiredState(github, repository, queued.group, check));
  if (states.includes('failing')) {
    await leaveQueue(github, repository, issue, { by, reason: 'CI_FAILURE' });
    return true;
  }
  if (states.some(state => state !== 'passed')) return false;
  const tip = (await branchTip(repository, base)) ?? ZERO;
  await dropGroup(repository, issue);
  issue.pull.queued = null;
  issue.pull.queueEvents.push({ at: github.timestamp(), removed: 'MERGE' });
  github.world.signedCommits.add(queued.group);
  await markMerged(github, repository, issue, { sha: queued.group, by });
  const ref = `refs/heads/${base}`;
  await moveRef(github, repository, { ref, before: tip, after: queued.group }, by);
  return true;
}

/** Each group has what is ahead of it: where that is not so any more, it is made anew. */
async function regroup(
  github: GitHub,
  repository: Repository,
  base: string,
  by: Account,
): Promise<void> {
  for (const issue of inQueue(repository, base)) {
    if (issue.pull.queued?.base === (await groupBase(repository, issue))) continue;
    await dropGroup(repository, issue);
    if (!(await putInGroup(github, repository, issue, by)))
      await leaveQueue(github, repository, issue, { by, reason: 'MERGE_CONFLICT' });
  }
}
