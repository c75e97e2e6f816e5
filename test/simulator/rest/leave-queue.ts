/** A pull request leaves the merge queue, for whatever reason, and its group's branch is deleted. */
import { branchTip } from '../git/branches.ts';
import { git } from '../git/command.ts';
import type { GitHub } from '../github.ts';
import { emitPull } from '../webhooks/pulls.ts';
import { type Account, addAccount, findAccount } from '../world/accounts.ts';
import type { PullRequest } from '../world/pulls.ts';
import type { Repository } from '../world/repositories.ts';

type Removal = { readonly by: Account; readonly reason: string };

export async function leaveQueue(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  { by, reason }: Removal,
): Promise<void> {
  if (!issue.pull.queued) return;
  await dropGroup(repository, issue);
  issue.pull.queued = null;
  issue.pull.queueEvents.push({ at: github.timestamp(), removed: reason });
  issue.updatedAt = github.timestamp();
  await emitPull(github, repository, issue, 'dequeued', by, { reason });
}

const QUEUE_BOT = 'github-merge-queue[bot]';

export const queueBot = (github: GitHub): Account =>
  findAccount(github, QUEUE_BOT) ?? addAccount(github, QUEUE_BOT, 'Bot');

export async function dropGroup(repository: Repository, issue: PullRequest): Promise<void> {
  const { pull, number } = issue;
  if (!pull.queued) return;
  const branch = `gh-readonly-queue/${pull.baseRef}/pr-${number}-${pull.queued.base}`;
  if (await branchTip(repository, branch))
    await git(repository.directory, ['update-ref', '-d', `refs/heads/${branch}`]);
}
