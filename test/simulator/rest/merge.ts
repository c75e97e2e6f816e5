import { branchTip } from '../git/branches.ts';
import { makeMerge } from '../git/merge.ts';
import { mergeability } from '../git/mergeability.ts';
import { currentBase } from '../git/pull-changes.ts';
import { moveRef } from '../git/refs.ts';
import { hasUnsigned } from '../git/signatures.ts';
import type { GitHub } from '../github.ts';
import { headRepository } from '../present/pull.ts';
import { type Account, emailOf } from '../world/accounts.ts';
import type { MergeMethod, PullRequest } from '../world/pulls.ts';
import { type BranchProtection, type Repository, withRefLock } from '../world/repositories.ts';
import { accountOf } from './actor.ts';
import { findPull } from './addressed.ts';
import { NO_CONTENT, ok, type Reply, type RepositoryCall } from './call.ts';
import { notFound, refusal } from './errors.ts';
import { mergeMessage } from './merge-message.ts';
import { markMerged } from './pull-state.ts';

export interface MergeOptions {
  readonly method: MergeMethod;
  readonly sha?: string | undefined;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
  /** Merging in the background knows stacks. */
  readonly stacked?: boolean;
}

export async function mergePullRequest(call: RepositoryCall): Promise<Reply> {
  const issue = findPull(call);
  const { merge_method, sha, commit_title, commit_message } = call.body as {
    merge_method?: MergeMethod;
    sha?: string;
    commit_title?: string;
    commit_message?: string;
  };
  const merged = await merge(call.github, call.repository, issue, accountOf(call.actor), {
    method: merge_method ?? 'merge',
    sha,
    title: commit_title,
    message: commit_message,
  });
  return ok({ sha: merged, merged: true, message: 'Pull Request successfully merged' });
}

/** Every condition of GitHub's merge button, and then real commits. */
export function merge(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  by: Account,
  options: MergeOptions,
): Promise<string> {
  return withRefLock(repository, async () => {
    const { pull } = issue;
    if (options.sha !== undefined && options.sha !== pull.headSha) {
      throw refusal(409, 'Head branch was modified. Review and try the merge again.');
    }
    if (issue.state === 'closed') throw refusal(405, 'Pull Request is not mergeable');
    const { state, reasons } = await mergeability(github, repository, issue, by.id);
    const rules = repository.protections.get(pull.baseRef);
    const exempt = rules?.bypass?.includes(by.id) ?? false;
    if (state === 'draft') throw refusal(405, 'Pull Request is still a draft');
    if (state === 'dirty') throw refusal(405, 'Pull Request is not mergeable');
    if (reasons.length && !exempt) throw refusal(405, reasons.join(' '));
    if (pull.stack && !options.stacked)
      throw refusal(405, 'Merging stacked PRs via this endpoint is not supported');
    checkMethod(repository, options.method, exempt ? undefined : rules);
    const base = await currentBase(repository, pull);
    if (rules?.signatures && (await hasUnsigned(github, repository, [pull.headSha, '--not', base])))
      throw refusal(405, 'Commits must have valid signatures.');
    const message = await mergeMessage(github, repository, issue, options);
    const broken = rules?.otherRules?.find(({ ofMerge }) => ofMerge && !ofMerge(message));
    if (broken && !exempt) throw violatedRule(broken.violated ?? '');
    const author = { name: by.name ?? by.login, email: emailOf(by) };
    const sha = await makeMerge(repository, pull, {
      method: options.method,
      base,
      author,
      message,
      date: github.now(),
    });
    if (!sha) throw refusal(405, "This branch can't be rebased due to conflicts");
    if (options.method !== 'rebase') github.world.signedCommits.add(sha);
    pull.baseSha = base;
    await markMerged(github, repository, issue, { sha, by });
    await moveRef(
      github,
      repository,
      { ref: `refs/heads/${pull.baseRef}`, before: base, after: sha },
      by,
    );
    return sha;
  });
}

const violatedRule = (rule: string) =>
  refusal(405, `Repository rule violations found\n\n${rule}\n\n`);

const NAMES = { merge: 'Merge commits', squash: 'Squash merges', rebase: 'Rebase merges' };

function checkMethod(
  repository: Repository,
  method: MergeMethod,
  rules: BranchProtection | undefined,
): void {
  if (!repository.mergeMethods.includes(method))
    throw refusal(405, `${NAMES[method]} are not allowed on this repository.`);
  if (rules?.mergeMethods && !rules.mergeMethods.includes(method))
    throw violatedRule(`The merge method ${method} is not allowed.`);
  if (rules?.mergeQueue) throw violatedRule('Changes must be made through the merge queue');
  if (rules?.linearHistory && method === 'merge')
    throw violatedRule('This branch must not contain merge commits.');
  if (rules?.signatures && method === 'rebase')
    throw violatedRule('Commits must have verified signatures.');
}

export function checkIfMerged(call: RepositoryCall): Reply {
  if (!findPull(call).pull.merged) throw notFound();
  return NO_CONTENT;
}

/** Merges the base into the head, as the button "Update branch" does. */
export async function updateBranch(call: RepositoryCall): Promise<Reply> {
  const { github } = call;
  const issue = findPull(call);
  const { pull } = issue;
  const expected = call.body.expected_head_sha;
  if (expected !== undefined && expected !== pull.headSha) {
    throw refusal(422, 'expected head sha didn’t match current head ref.');
  }
  const by = accountOf(call.actor);
  const head = headRepository(github, call.repository, issue);
  const base = await currentBase(call.repository, pull);
  const tip = await branchTip(head, pull.headRef);
  if (!tip) throw refusal(422, 'head ref does not exist');
  await withRefLock(head, async () => {
    const sha = await makeMerge(
      head,
      { headSha: base },
      {
        method: 'merge',
        base: tip,
        author: { name: by.name ?? by.login, email: emailOf(by) },
        message: `Merge branch '${pull.baseRef}' into ${pull.headRef}\n`,
        date: github.now(),
      },
    );
    if (!sha) throw refusal(422, 'merge conflict between base and head');
    await moveRef(github, head, { ref: `refs/heads/${pull.headRef}`, before: tip, after: sha }, by);
  });
  return {
    status: 202,
    body: { message: 'Updating pull request branch.', url: `${github.url}/${pull.headRef}` },
  };
}
