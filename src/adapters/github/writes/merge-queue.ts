/** GitHub's merge queue: GitHub merges what is in it, once the checks of the result are green. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Merged, MergeRequest } from '../../../engine/ports/merging.ts';
import type { Client } from '../client/client.ts';
import { reasonOf } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { mergeAsync } from './merge-async.ts';
import type { WriteContext } from './write-context.ts';

type QueuedPull = { number: number; base: { ref: string } };

const ENTRY = 'position state enqueuer { ... on Bot { databaseId } }';

const QUERY = `query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    merged headRefOid mergeCommit { oid }
    mergeQueueEntry { ${ENTRY} }
    timelineItems(last: 1, itemTypes: [ADDED_TO_MERGE_QUEUE_EVENT, REMOVED_FROM_MERGE_QUEUE_EVENT]) {
      nodes { __typename ... on RemovedFromMergeQueueEvent { reason } }
    }
  } }
}`;

const Entry = z
  .looseObject({
    position: z.number().int(),
    state: z.string(),
    enqueuer: z.looseObject({ databaseId: z.number().nullish() }).nullish(),
  })
  .nullable();

const QueueAnswer = z.looseObject({
  repository: z.looseObject({
    pullRequest: z.looseObject({
      merged: z.boolean(),
      headRefOid: z.string(),
      mergeCommit: z.looseObject({ oid: z.string() }).nullish(),
      mergeQueueEntry: Entry,
      timelineItems: z.looseObject({
        nodes: z
          .array(z.looseObject({ __typename: z.string(), reason: z.string().nullish() }).nullable())
          .nullish(),
      }),
    }),
  }),
});

async function readQueue(client: Client, { owner, name }: Repository, number: number) {
  const answer = await client.graphql(QUERY, { owner, name, number });
  const pull = QueueAnswer.parse(answer).repository.pullRequest;
  const last = pull.timelineItems.nodes?.[0];
  return {
    entry: pull.mergeQueueEntry,
    /** The commit that this head was merged as. */
    merged: pull.merged ? { head: pull.headRefOid, commit: pull.mergeCommit?.oid } : null,
    /** Why it was taken out last; null where it was put there since, or is being merged. */
    removal:
      last?.__typename === 'RemovedFromMergeQueueEvent' && !/^merged?$/i.test(last.reason ?? '')
        ? (last.reason ?? 'UNKNOWN_REMOVAL_REASON')
        : null,
  };
}

/** What became of it in the queue; null where it is not there. `queued`: we put this very head there. */
export async function inQueue(
  { clients, app }: WriteContext,
  repository: Repository,
  pull: QueuedPull,
  { sha, queued }: Pick<MergeRequest, 'sha' | 'queued'>,
): Promise<Merged | null> {
  const { ref } = pull.base;
  const { entry, merged, removal } = await readQueue(
    clients(repository, 'facts'),
    repository,
    pull.number,
  );
  if (entry) {
    const stuck =
      entry.state === 'UNMERGEABLE' ? ' GitHub says that it can not be merged there.' : '';
    return entry.enqueuer?.databaseId === app.botUserId
      ? { outcome: 'queued', reason: `${placeIn(ref, entry.position)}${stuck}` }
      : {
          outcome: 'blocked',
          reason: `Somebody else put it there: ${placeIn(ref, entry.position)}${stuck}`,
        };
  }
  // What GitHub has just merged is not in its queue any more either.
  if (merged?.head === sha)
    return {
      outcome: 'merged',
      commit: merged.commit ?? sha,
      by: queued ? 'gatehouse' : 'person',
    };
  if (!queued) return null;
  if (removal === null) return { outcome: 'queued', reason: `${LEAVING} ${ref}.` };
  const because = removal.toLowerCase().replaceAll('_', ' ').slice(0, 100);
  return {
    outcome: 'dequeued',
    reason: `GitHub took it out of the merge queue of ${ref}: ${because}. Push what mends it, put it into the queue again, or re-run the check gatehouse to have that done.`,
  };
}

const LEAVING = 'GitHub is merging it from the merge queue of';

const placeIn = (base: string, position: number): string =>
  `It is in the merge queue of ${base}, at position ${position}, and GitHub merges it from there.`;

const ENQUEUE = `mutation ($pull: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: { pullRequestId: $pull, expectedHeadOid: $head }) {
    mergeQueueEntry { position }
  }
}`;

/** Puts exactly this head there: in the background where GitHub can, which stacks need. */
export async function enqueue(
  client: Client,
  repository: Repository,
  pull: QueuedPull & { node_id: string },
  { sha, fresh }: MergeRequest,
): Promise<Merged> {
  await fresh();
  const at = { ...repositoryPath(repository), pull_number: pull.number };
  const begun = await mergeAsync(client, at, { sha, merge_action: 'merge_queue' });
  if (begun) return begun;
  await fresh();
  try {
    await client.graphql(ENQUEUE, { pull: pull.node_id, head: sha });
    return { outcome: 'queued', reason: 'GitHub has put it into its merge queue.' };
  } catch (error) {
    // GraphQL answers 200 to what it refuses, and gives no kind to some refusals.
    if (!(error instanceof GitHubFailure) || error.status !== 200 || error.class === 'rate_limit')
      throw error;
    return { outcome: 'blocked', reason: reasonOf(error) };
  }
}

const DEQUEUE = `mutation ($pull: ID!) {
  dequeuePullRequest(input: { id: $pull }) { mergeQueueEntry { position } }
}`;

/** Takes out what we put there. What somebody else put there is theirs. */
export async function leaveQueue(
  { clients, app }: WriteContext,
  repository: Repository,
  number: number,
): Promise<void> {
  const reader = clients(repository, 'facts');
  const { entry } = await readQueue(reader, repository, number);
  if (entry?.enqueuer?.databaseId !== app.botUserId) return;
  const { data } = await reader.rest.pulls.get({
    ...repositoryPath(repository),
    pull_number: number,
  });
  await clients(repository, 'merge').graphql(DEQUEUE, { pull: data.node_id });
}
