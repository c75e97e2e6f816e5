/** Merges exactly one head, or says in GitHub's words why not. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure, type GitHubWrites } from '../../../engine/ports/github.ts';
import { readBranchRules } from '../branch-rules.ts';
import type { Client } from '../client.ts';
import { reasonOf } from '../failure.ts';
import { repositoryPath } from '../repository-path.ts';
import { type AllowedMethods, allowedMethods } from './merge-methods.ts';
import { enqueue, inQueue } from './merge-queue.ts';
import { whatIsMissing } from './missing.ts';
import type { WriteContext } from './write-context.ts';

type Merged = Awaited<ReturnType<GitHubWrites['merge']>>;
type MergeRequest = Parameters<GitHubWrites['merge']>[1];
type LivePull = Awaited<ReturnType<Client['rest']['pulls']['get']>>['data'];

export async function merge(
  context: WriteContext,
  repository: Repository,
  request: MergeRequest,
): Promise<Merged> {
  const { clients, app } = context;
  const client = clients(repository, 'merge');
  const { number, sha } = request;
  const read = async () =>
    (await client.rest.pulls.get({ ...repositoryPath(repository), pull_number: number })).data;
  const pull = await read();
  const rules = await readBranchRules(client, repository, pull.base.ref);
  const byQueue = rules.some(({ type }) => type === 'merge_queue');
  const before =
    overtaken(pull, sha) ??
    (byQueue || request.queued ? await inQueue(context, repository, pull, request.queued) : null) ??
    obstacle(pull, byQueue);
  if (before) return before;
  if (pull.mergeable_state === 'blocked') {
    const facts = clients(repository, 'facts');
    return { outcome: 'blocked', reason: await whatIsMissing(facts, app, repository, pull) };
  }
  try {
    if (!byQueue) {
      const allowed = await allowedMethods(client, repository, pull.base.ref, rules);
      const merged = await tryMethods(client, repository, allowed, request);
      // Of a queue that classic protection requires, the App is told by the refusal alone.
      if (!(merged.outcome === 'blocked' && BY_QUEUE.test(merged.reason))) return merged;
      const already = await inQueue(context, repository, pull, false);
      if (already) return already;
    }
    await request.fresh();
    return await enqueue(client, pull, sha);
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    // It may be merged though the answer was lost, or its head may have moved: so it is read again.
    const after = await read();
    if (after.merged || after.head.sha !== sha) return overtaken(after, sha) ?? rethrow(error);
    if (['conflict', 'invalid', 'forbidden'].includes(error.class))
      return { outcome: 'blocked', reason: reasonOf(error) };
    throw error;
  }
}

/** Our place in a stack, where 1 is the bottom. Octokit's types do not have it yet. */
const Stacked = z.looseObject({
  stack: z.looseObject({ position: z.number().int().optional() }).nullish(),
});

/** What happened to it meanwhile. */
function overtaken(pull: LivePull, sha: string): Merged | null {
  if (pull.merged)
    return pull.head.sha === sha
      ? { outcome: 'merged', commit: pull.merge_commit_sha ?? sha }
      : { outcome: 'moved', head: pull.head.sha };
  if (pull.state === 'closed') return { outcome: 'blocked', reason: 'The pull request is closed.' };
  return pull.head.sha === sha ? null : { outcome: 'moved', head: pull.head.sha };
}

/** Why GitHub would not merge it now. A blocked merge is never tried either: our App might be exempt from the block. */
function obstacle(pull: LivePull, byQueue: boolean): Merged | null {
  if (pull.locked) return { outcome: 'blocked', reason: 'The pull request is locked.' };
  if (pull.draft) return { outcome: 'blocked', reason: 'The pull request is a draft.' };
  const below = (Stacked.parse(pull).stack?.position ?? 1) - 1;
  if (below > 0)
    return {
      outcome: 'blocked',
      reason: `It is stacked on ${below === 1 ? 'another pull request' : `${below} other pull requests`}, and merging it would merge what nobody approved here. Merge what lies below it first.`,
    };
  switch (pull.mergeable_state) {
    case 'dirty':
      return { outcome: 'blocked', reason: `It conflicts with ${pull.base.ref}.` };
    case 'behind':
      // What is in a queue is merged with the base as it is then.
      return byQueue ? null : { outcome: 'behind', base: pull.base.ref };
    case 'unknown':
      return {
        outcome: 'blocked',
        reason: 'GitHub is still working out whether it can be merged.',
      };
    // The caller says what is missing, which takes more than the pull request.
    case 'blocked':
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

/** The first way to merge that is allowed: squash, merge, rebase. */
async function tryMethods(
  client: Client,
  repository: Repository,
  { methods, none }: AllowedMethods,
  { number, sha, fresh }: MergeRequest,
): Promise<Merged> {
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
      if (!(error instanceof GitHubFailure)) throw error;
      if (BY_QUEUE.test(error.message)) return { outcome: 'blocked', reason: reasonOf(error) };
      if (!OTHER_METHOD.test(error.message)) throw error;
      refusal = error;
    }
  return { outcome: 'blocked', reason: refusal ? reasonOf(refusal) : none };
}

const BY_QUEUE = /through the merge queue/i;

/** Of settings and rules that the App is not shown, GitHub tells only when they are broken. */
const OTHER_METHOD =
  /(?:merges|merge commits|merge method).* not (?:be )?(?:allowed|contain)|must not contain merge commits|must have (?:valid|verified) signatures/i;

function rethrow(error: GitHubFailure): never {
  throw error;
}
