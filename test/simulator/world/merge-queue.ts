/** GitHub's merge queue makes a commit of a pull request, and asks for its required checks. */
import { branchTip, ZERO } from '../git/branches.ts';
import { readCommit } from '../git/commits.ts';
import { makeMerge } from '../git/merge.ts';
import { moveRef } from '../git/refs.ts';
import type { GitHub } from '../github.ts';
import { simpleCommit } from '../present/commit.ts';
import { emit } from '../webhooks/emit.ts';
import { type Account, emailOf } from './accounts.ts';
import type { PullRequest } from './pulls.ts';
import type { Repository } from './repositories.ts';

export async function makeMergeGroup(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  by: Account,
): Promise<string> {
  const { pull, number } = issue;
  const base = await branchTip(repository, pull.baseRef);
  if (!base) throw new Error(`no branch ${pull.baseRef}`);
  const author = { name: by.name ?? by.login, email: emailOf(by) };
  const message = `Merge pull request #${number}\n\n${issue.title}\n`;
  const date = github.now();
  const options = { method: 'merge' as const, base, author, message, date };
  const sha = await makeMerge(repository, pull, options);
  if (!sha) throw new Error(`#${number} does not merge`);
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
