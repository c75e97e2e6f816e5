/** Merges exactly one head, or says in GitHub's words why not. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Merged, MergeRequest } from '../../../engine/ports/merging.ts';
import { readBranchRules } from '../branch-rules.ts';
import type { Client } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { allowedMethods } from './merge-methods.ts';
import { enqueue, inQueue } from './merge-queue.ts';
import { mergeByMethods, refusedBy } from './merge-request.ts';
import { stackedOn } from './merge-stack.ts';
import { whatIsMissing } from './missing.ts';
import type { WriteContext } from './write-context.ts';

type LivePull = Awaited<ReturnType<Client['rest']['pulls']['get']>>['data'];
type BeforeMerge = Awaited<ReturnType<typeof lookBeforeMerge>>;

/** The pull request, the rules of its base and the settings of the repository, before it is merged. */
export async function lookBeforeMerge(
  { clients }: WriteContext,
  repository: Repository,
  { number, base }: Pick<MergeRequest, 'number' | 'base'>,
) {
  const client = clients(repository, 'merge');
  const path = repositoryPath(repository);
  const [pull, rules, settings] = await Promise.all([
    client.rest.pulls.get({ ...path, pull_number: number }),
    readBranchRules(client, repository, base),
    client.rest.repos.get(path),
  ]);
  return { pull: pull.data, rules, settings: settings.data };
}

export async function merge(
  context: WriteContext,
  repository: Repository,
  request: MergeRequest,
  { pull: seen, rules, settings }: BeforeMerge,
): Promise<Merged> {
  const { clients, app } = context;
  const client = clients(repository, 'merge');
  const { number, sha, base } = request;
  const path = repositoryPath(repository);
  const read = async () => (await client.rest.pulls.get({ ...path, pull_number: number })).data;
  const pull = await workedOut(seen, read);
  const byQueue = rules.some(({ type }) => type === 'merge_queue');
  const before =
    overtaken(app, pull, request) ??
    rebased(pull, base) ??
    (byQueue || request.queued ? await inQueue(context, repository, pull, request) : null) ??
    obstacle(pull, byQueue) ??
    (await stackedOn(client, repository, pull));
  if (before) return before;
  if (pull.mergeable_state === 'blocked') return whatIsMissing(context, repository, pull);
  const tryMethods = () =>
    mergeByMethods(client, repository, allowedMethods(settings, base, rules), request);
  const there = (queued: boolean) => inQueue(context, repository, pull, { sha, queued });
  try {
    let merged = byQueue ? null : await tryMethods();
    // Of a queue that classic protection requires, the App is told by the refusal alone.
    if (merged?.outcome === 'blocked' && BY_QUEUE.test(merged.reason)) merged = await there(false);
    const done = merged ?? (await enqueue(client, repository, pull, request));
    if (done.outcome === 'queued') return whereInQueue(done, await there(true));
    if (done.outcome !== 'blocked') return done;
    // It may have been merged, or its head or its base moved, while GitHub was asked.
    const now = await workedOut(await read(), read);
    return overtaken(app, now, request) ?? behindBase(now, byQueue) ?? done;
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    // Whatever the lost answer was, the pull request shows what came of it.
    const now = overtaken(app, await read(), request) ?? refusedBy(error);
    if (now) return now;
    throw error;
  }
}

/** Milliseconds before each further look. */
const LOOKS: readonly number[] = [250, 750, 1_500];

/** GitHub works out whether it can be merged once it is asked, and anew after each change of the base. */
async function workedOut(seen: LivePull, read: () => Promise<LivePull>): Promise<LivePull> {
  let pull = seen;
  for (const pause of LOOKS) {
    if (pull.state !== 'open' || pull.mergeable_state !== 'unknown') break;
    await sleep(pause);
    pull = await read();
  }
  return pull;
}

/** That it is there is recorded first, even where GitHub has thrown it out again by now. */
const whereInQueue = (put: Merged, seen: Merged | null): Merged =>
  seen === null || seen.outcome === 'dequeued' ? put : seen;

const BY_QUEUE = /through the merge queue/i;

const blocked = (reason: string): Merged => ({ outcome: 'blocked', reason });

/** What happened to it meanwhile: a person may have merged it, or GitHub for a person who enabled auto-merge. */
function overtaken(
  app: AppIdentity,
  pull: LivePull,
  { sha, queued }: Pick<MergeRequest, 'sha' | 'queued'>,
): Merged | null {
  const commit = pull.merge_commit_sha ?? sha;
  const by = queued || pull.merged_by?.id === app.botUserId ? 'gatehouse' : 'person';
  if (pull.merged)
    return pull.head.sha === sha
      ? { outcome: 'merged', commit, by }
      : { outcome: 'moved', head: pull.head.sha };
  if (pull.state === 'closed')
    return blocked('The pull request is closed. Reopen it, and the work goes on.');
  return pull.head.sha === sha ? null : { outcome: 'moved', head: pull.head.sha };
}

/** Its head says nothing of what it is merged into. */
const rebased = (pull: LivePull, base: string): Merged | null =>
  pull.base.ref === base
    ? null
    : blocked(`It would be merged into ${pull.base.ref} by now, and not into ${base}.`);

/** The base asks for all of it. What is in a queue is merged with the base as it is then. */
const behindBase = ({ mergeable_state, base }: LivePull, byQueue: boolean): Merged | null =>
  mergeable_state === 'behind' && !byQueue ? { outcome: 'behind', base: base.ref } : null;

/** Why GitHub would not merge it now. A blocked merge is never tried either: our App might be exempt from the block. */
function obstacle(pull: LivePull, byQueue: boolean): Merged | null {
  if (pull.locked) return blocked('The pull request is locked. Unlock it, and the work goes on.');
  if (pull.draft)
    return blocked(
      'The pull request is a draft. Mark it as ready for review, and the work goes on.',
    );
  switch (pull.mergeable_state) {
    case 'dirty':
      return blocked(
        `It conflicts with ${pull.base.ref}. Merge ${pull.base.ref} into it, and the work goes on.`,
      );
    case 'behind':
      return behindBase(pull, byQueue);
    case 'unknown':
      return blocked('GitHub is still working out whether it can be merged.');
    // The caller says what is missing, which takes more than the pull request.
    case 'blocked':
    case 'clean':
    case 'has_hooks':
    case 'unstable':
      return null;
    default:
      return blocked(
        `GitHub says that it is "${pull.mergeable_state}", which is none of the states that can be merged.`,
      );
  }
}
