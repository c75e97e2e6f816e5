/** Asks GitHub to merge: in the background where it can, else at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Repository } from '../../../core/actor.ts';
import { inOrder } from '../../../core/text/in-order.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Merged, MergeRequest } from '../../../engine/ports/merging.ts';
import type { Client } from '../client/client.ts';
import { reasonOf } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { mergeAsync } from './merge-async.ts';
import type { AllowedMethods, MergeMethod } from './merge-methods.ts';

/** By the first way to merge that is allowed: squash, merge, rebase. */
export async function mergeByMethods(
  client: Client,
  repository: Repository,
  { methods, none }: AllowedMethods,
  request: MergeRequest,
): Promise<Merged> {
  let last: Merged = { outcome: 'blocked', reason: none };
  for (const method of methods) {
    last = await whileBaseMoves(() => mergeBy(client, repository, request, method));
    if (last.outcome !== 'blocked' || !isOtherMethod(last.reason)) return last;
  }
  return last;
}

/** Milliseconds before each further try. */
const PAUSES: readonly number[] = [500, 1_500, 3_000];

/** What somebody else merged meanwhile is in GitHub's way for a moment, and not in ours. */
async function whileBaseMoves(tryOnce: () => Promise<Merged>): Promise<Merged> {
  let last = await tryOnce();
  for (const pause of PAUSES) {
    if (last.outcome !== 'blocked' || !/base branch was modified/i.test(last.reason)) return last;
    await sleep(pause);
    last = await tryOnce();
  }
  return last;
}

/** Of settings and rules that the App is not shown, GitHub tells only when they are broken. */
const isOtherMethod = (reason: string): boolean =>
  /must not contain merge commits|must have (?:valid|verified) signatures/i.test(reason) ||
  inOrder(reason, /merges|merge commits|merge method/i, / not (?:be )?(?:allowed|contain)/i);

/** The texts of the commit are those that the repository's settings make. */
async function mergeBy(
  client: Client,
  repository: Repository,
  { number, sha, fresh }: MergeRequest,
  merge_method: MergeMethod,
): Promise<Merged> {
  const pull = { ...repositoryPath(repository), pull_number: number };
  await fresh();
  const begun = await mergeAsync(client, pull, { sha, merge_method, merge_action: 'default' });
  if (begun) return begun;
  try {
    await fresh();
    const merged = await client.rest.pulls.merge({ ...pull, sha, merge_method });
    return { outcome: 'merged', commit: merged.data.sha, by: 'gatehouse' };
  } catch (error) {
    const refused = error instanceof GitHubFailure && refusedBy(error);
    if (!refused) throw error;
    return refused;
  }
}

/** GitHub says no in its own words; null where trying again may help. */
export const refusedBy = (error: GitHubFailure): Merged | null =>
  ['conflict', 'invalid', 'forbidden'].includes(error.class)
    ? { outcome: 'blocked', reason: reasonOf(error) }
    : null;
