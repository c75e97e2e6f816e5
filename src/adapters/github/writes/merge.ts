/** Merges exactly one head, or says in GitHub's words why not. */
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure, type GitHubWrites } from '../../../engine/ports/github.ts';
import type { Client } from '../client.ts';
import { reasonOf } from '../failure.ts';
import { repositoryPath } from '../repository-path.ts';
import type { WriteContext } from './write-context.ts';

type Merged = Awaited<ReturnType<GitHubWrites['merge']>>;
/** `fresh` is asked right before the request that merges, and throws where it is too late. */
type MergeRequest = { number: number; sha: string; fresh: () => Promise<void> };
type LivePull = Awaited<ReturnType<Client['rest']['pulls']['get']>>['data'];

export async function merge(
  { clients }: WriteContext,
  repository: Repository,
  request: MergeRequest,
): Promise<Merged> {
  const client = clients(repository, 'merge');
  const { number, sha } = request;
  const read = async () =>
    (await client.rest.pulls.get({ ...repositoryPath(repository), pull_number: number })).data;
  const before = obstacle(await read(), sha);
  if (before) return before;
  try {
    return await tryMethods(client, repository, request);
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    // It may be merged though the answer was lost, or its head may have moved: so it is read again.
    const after = await read();
    if (after.merged || after.head.sha !== sha) return obstacle(after, sha) ?? rethrow(error);
    if (['conflict', 'invalid', 'forbidden'].includes(error.class))
      return { outcome: 'blocked', reason: reasonOf(error) };
    throw error;
  }
}

/** Why GitHub would not merge it now. A blocked merge is never tried: our App might be exempt from the block. */
function obstacle(pull: LivePull, sha: string): Merged | null {
  if (pull.merged)
    return pull.head.sha === sha
      ? { outcome: 'merged', commit: pull.merge_commit_sha ?? sha }
      : { outcome: 'moved', head: pull.head.sha };
  if (pull.state === 'closed') return { outcome: 'blocked', reason: 'The pull request is closed.' };
  if (pull.head.sha !== sha) return { outcome: 'moved', head: pull.head.sha };
  if (pull.locked) return { outcome: 'blocked', reason: 'The pull request is locked.' };
  if (pull.draft) return { outcome: 'blocked', reason: 'The pull request is a draft.' };
  switch (pull.mergeable_state) {
    case 'dirty':
      return { outcome: 'blocked', reason: `It conflicts with ${pull.base.ref}.` };
    case 'behind':
      return { outcome: 'behind', base: pull.base.ref };
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
    case 'clean':
    case 'has_hooks':
    case 'unstable':
      return null;
    default:
      return {
        outcome: 'blocked',
        reason: `GitHub says that it is "${pull.mergeable_state}", which is none of the states that can be merged.`,
      };
  }
}

/** The first method that the repository allows: squash, merge, rebase. */
async function tryMethods(
  client: Client,
  repository: Repository,
  { number, sha, fresh }: MergeRequest,
): Promise<Merged> {
  const { data } = await client.rest.repos.get(repositoryPath(repository));
  // GitHub shows these settings to some Apps only: a method of which nothing is known is tried.
  const methods = [
    ...(data.allow_squash_merge === false ? [] : ['squash' as const]),
    ...(data.allow_merge_commit === false ? [] : ['merge' as const]),
    ...(data.allow_rebase_merge === false ? [] : ['rebase' as const]),
  ];
  let refusal: GitHubFailure | null = null;
  for (const merge_method of methods)
    try {
      await fresh();
      const merged = await client.rest.pulls.merge({
        ...repositoryPath(repository),
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
    outcome: 'blocked',
    reason: refusal ? reasonOf(refusal) : 'No way to merge is allowed.',
  };
}

function rethrow(error: GitHubFailure): never {
  throw error;
}
