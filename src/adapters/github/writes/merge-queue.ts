/** GitHub's merge queue: GitHub merges what is in it, once the checks of the result are green. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure, type GitHubWrites } from '../../../engine/ports/github.ts';
import type { Client } from '../client.ts';
import { reasonOf } from '../failure.ts';
import { repositoryPath } from '../repository-path.ts';
import type { WriteContext } from './write-context.ts';

type Merged = Awaited<ReturnType<GitHubWrites['merge']>>;
type QueuedPull = { number: number; base: { ref: string } };

const ENTRY = 'position state enqueuer { ... on Bot { databaseId } }';

const QUERY = `query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    mergeQueueEntry { ${ENTRY} }
    timelineItems(last: 1, itemTypes: [REMOVED_FROM_MERGE_QUEUE_EVENT]) {
      nodes { ... on RemovedFromMergeQueueEvent { reason } }
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
      mergeQueueEntry: Entry,
      timelineItems: z.looseObject({
        nodes: z.array(z.looseObject({ reason: z.string().nullish() }).nullable()).nullish(),
      }),
    }),
  }),
});

async function readQueue(client: Client, { owner, name }: Repository, number: number) {
  const answer = await client.graphql(QUERY, { owner, name, number });
  const { mergeQueueEntry, timelineItems } = QueueAnswer.parse(answer).repository.pullRequest;
  return { entry: mergeQueueEntry, removal: timelineItems.nodes?.[0]?.reason ?? null };
}

/** What became of it in the queue; null where it is not there. `queued`: we put this very head there. */
export async function inQueue(
  { clients, app }: WriteContext,
  repository: Repository,
  pull: QueuedPull,
  queued: boolean,
): Promise<Merged | null> {
  const { ref } = pull.base;
  const { entry, removal } = await readQueue(clients(repository, 'merge'), repository, pull.number);
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
  if (!queued) return null;
  const because = removal ? `: ${removal.toLowerCase().replaceAll('_', ' ').slice(0, 100)}` : '';
  return {
    outcome: 'dequeued',
    reason: `GitHub took it out of the merge queue of ${ref}${because}. Push what mends it, put it into the queue again, or re-run the check gatehouse to have that done.`,
  };
}

const placeIn = (base: string, position: number): string =>
  `It is in the merge queue of ${base}, at position ${position}, and GitHub merges it from there.`;

const ENQUEUE = `mutation ($pull: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: { pullRequestId: $pull, expectedHeadOid: $head }) {
    mergeQueueEntry { ${ENTRY} }
  }
}`;

const Enqueued = z.looseObject({
  enqueuePullRequest: z.looseObject({ mergeQueueEntry: Entry }).nullable(),
});

/** Puts exactly this head there. */
export async function enqueue(
  client: Client,
  pull: { node_id: string; base: { ref: string } },
  head: string,
): Promise<Merged> {
  try {
    const answer = await client.graphql(ENQUEUE, { pull: pull.node_id, head });
    const entry = Enqueued.parse(answer).enqueuePullRequest?.mergeQueueEntry;
    return { outcome: 'queued', reason: placeIn(pull.base.ref, entry?.position ?? 1) };
  } catch (error) {
    // GraphQL answers 200 to what it refuses, and gives no kind to some refusals.
    if (!(error instanceof GitHubFailure) || error.status !== 200 || error.class === 'rate_limit')
      throw error;
    throw new GitHubFailure('invalid', reasonOf(error), error.status);
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
  const client = clients(repository, 'merge');
  const { entry } = await readQueue(client, repository, number);
  if (entry?.enqueuer?.databaseId !== app.botUserId) return;
  const { data } = await client.rest.pulls.get({
    ...repositoryPath(repository),
    pull_number: number,
  });
  await client.graphql(DEQUEUE, { pull: data.node_id });
}
