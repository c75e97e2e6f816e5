/** Merges exactly one head, or says in GitHub's words why not. */
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure, type GitHubWrites } from '../../../engine/ports/github.ts';
import type { Client } from '../client.ts';
import { at, type Writing } from './writing.ts';

type Merged = Awaited<ReturnType<GitHubWrites['merge']>>;
type LivePull = Awaited<ReturnType<Client['rest']['pulls']['get']>>['data'];

export async function merge(
  { clients }: Writing,
  repository: Repository,
  number: number,
  sha: string,
  fresh: () => Promise<void>,
): Promise<Merged> {
  const octokit = clients(repository, 'merge');
  const look = async () =>
    (await octokit.rest.pulls.get({ ...at(repository), pull_number: number })).data;
  const before = obstacle(await look(), sha);
  if (before) return before;
  try {
    return await tryMethods(octokit, repository, number, sha, fresh);
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    // The answer may be lost and the merge done, or the head moved under us: look.
    const after = await look();
    if (after.merged || after.head.sha !== sha) return obstacle(after, sha) ?? rethrow(error);
    if (error.status === 405 || error.status === 409)
      return { outcome: 'blocked', reason: reasonOf(error) };
    if (error.class === 'invalid' || error.class === 'forbidden')
      return { outcome: 'refused', reason: reasonOf(error) };
    throw error;
  }
}

/** What stands in the way as GitHub sees it now. A blocked merge is never tried: we might be exempt. */
function obstacle(pull: LivePull, sha: string): Merged | null {
  if (pull.merged)
    return pull.head.sha === sha
      ? { outcome: 'merged', commit: pull.merge_commit_sha ?? sha }
      : { outcome: 'moved', head: pull.head.sha };
  if (pull.state === 'closed') return { outcome: 'refused', reason: 'The pull request is closed.' };
  if (pull.head.sha !== sha) return { outcome: 'moved', head: pull.head.sha };
  if (pull.locked)
    return { outcome: 'refused', reason: 'The conversation of the pull request is locked.' };
  if (pull.draft) return { outcome: 'blocked', reason: 'The pull request is a draft.' };
  switch (pull.mergeable_state) {
    case 'dirty':
      return { outcome: 'refused', reason: `It conflicts with ${pull.base.ref}.` };
    case 'behind':
      return { outcome: 'blocked', reason: `The branch is behind ${pull.base.ref}.` };
    case 'blocked':
      return {
        outcome: 'blocked',
        reason: 'Branch protection asks for checks or reviews that are still missing.',
      };
    case 'unknown':
      return {
        outcome: 'blocked',
        reason: 'GitHub is still working out whether it can be merged.',
      };
    default:
      return null;
  }
}

/** The first method that the repository allows: squash, merge, rebase. */
async function tryMethods(
  octokit: Client,
  repository: Repository,
  number: number,
  sha: string,
  fresh: () => Promise<void>,
): Promise<Merged> {
  const { data } = await octokit.rest.repos.get(at(repository));
  // GitHub tells these settings only to some; unknown ones are tried.
  const methods = [
    ...(data.allow_squash_merge === false ? [] : ['squash' as const]),
    ...(data.allow_merge_commit === false ? [] : ['merge' as const]),
    ...(data.allow_rebase_merge === false ? [] : ['rebase' as const]),
  ];
  let refusal: GitHubFailure | null = null;
  for (const merge_method of methods)
    try {
      await fresh();
      const merged = await octokit.rest.pulls.merge({
        ...at(repository),
        pull_number: number,
        sha,
        merge_method,
      });
      return { outcome: 'merged', commit: merged.data.sha };
    } catch (error) {
      const other = error instanceof GitHubFailure && /merges are not allowed/i.test(error.message);
      if (!other) throw error;
      refusal = error;
    }
  return {
    outcome: 'refused',
    reason: refusal ? reasonOf(refusal) : 'No way to merge is allowed.',
  };
}

/** GitHub's own words, without what we tried and where it is documented. */
const reasonOf = (failure: GitHubFailure): string =>
  failure.message.replace(/^[A-Z]+ \S+: /, '').replace(/ - https:\/\/docs\.github\.com\S*$/, '');

function rethrow(error: GitHubFailure): never {
  throw error;
}
