/** GitHub's merge queue makes a commit of a pull request and all ahead of it, and asks for its required checks. */
import { branchTip, ZERO } from '../git/branches.ts';
import { readCommit } from '../git/commits.ts';
import { makeMerge } from '../git/merge.ts';
import { moveRef } from '../git/refs.ts';
import type { GitHub } from '../github.ts';
import { simpleCommit } from '../present/commit.ts';
import { emit } from '../webhooks/emit.ts';
import { type Account, emailOf } from './accounts.ts';
import { inQueue, type PullRequest } from './pulls.ts';
import type { Repository } from './repositories.ts';

/** Its place in the queue is kept; false where it conflicts with what is ahead of it. */
export async function putInGroup(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  by: Account,
): Promise<boolean> {
  const { pull } = issue;
  const base = await groupBase(repository, issue);
  const group = await groupCommit(github, repository, issue, { base, by });
  if (group === null) return false;
  const { byId = by.id, at = github.nextId() } = pull.queued ?? {};
  pull.queued = { byId, at, base, group };
  return true;
}

/** What is ahead of it in the queue, or the base itself. */
export async function groupBase(repository: Repository, issue: PullRequest): Promise<string> {
  const queue = inQueue(repository, issue.pull.baseRef);
  const at = queue.indexOf(issue);
  const ahead = at < 0 ? queue.at(-1) : queue[at - 1];
  return ahead?.pull.queued?.group ?? (await branchTip(repository, issue.pull.baseRef)) ?? ZERO;
}

/** The commit that the queue would make of it alone. */
export async function makeMergeGroup(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  by: Account,
): Promise<string> {
  const base = (await branchTip(repository, issue.pull.baseRef)) ?? ZERO;
  const sha = await groupCommit(github, repository, issue, { base, by });
  if (sha === null) throw new Error(`#${issue.number} does not merge`);
  return sha;
}

async function groupCommit(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  { base, by }: { base: string; by: Account },
): Promise<string | null> {
  const { pull, number } = issue;
  const method = repository.protections.get(pull.baseRef)?.queueMethod ?? 'merge';
  const author = { name: by.name ?? by.login, email: emailOf(by) };
  const message =
    method === 'squash'
      ? `${issue.title} (#${number})\n`
      : `Merge pull request #${number}\n\n${issue.title}\n`;
  const sha = await makeMerge(repository, pull, {
    method,
    base,
    author,
    message,
    date: github.now(),
  });
  if (!sha) return null;
  const ref = `refs/heads/gh-readonly-queue/${pull.baseRef}/pr-${number}-${base}`;
  await moveRef(github, repository, { ref, before: ZERO, after: sha }, by);
  emit(github, {
    event: 'merge_group',
    action: 'checks_requested',
    repository,
    sender: by,
    payload: {
      merge_group: {
        head_sha: sha,
        head_ref: ref,
        base_sha: base,
        base_ref: `refs/heads/${pull.baseRef}`,
        head_commit: simpleCommit(await readCommit(repository.directory, sha)),
      },
    },
  });
  return sha;
}
