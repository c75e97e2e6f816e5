/** The pull requests that a merge group has besides its own: those ahead of it in GitHub's merge queue. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { Clients } from '../client/client.ts';

const QUERY = `query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    mergeQueueEntry { position mergeQueue { entries(first: 100) {
      nodes { position pullRequest { number } }
    } } }
  } }
}`;

const Entry = z.looseObject({
  position: z.number().int(),
  pullRequest: z.looseObject({ number: z.number().int() }).nullish(),
});

const Answer = z.looseObject({
  repository: z.looseObject({
    pullRequest: z.looseObject({
      mergeQueueEntry: z
        .looseObject({
          position: z.number().int(),
          mergeQueue: z
            .looseObject({
              entries: z.looseObject({ nodes: z.array(Entry.nullable()).nullish() }).nullish(),
            })
            .nullish(),
        })
        .nullish(),
    }),
  }),
});

/** Empty where it is in no queue any more. */
export async function readAheadInQueue(
  clients: Clients,
  repository: Repository,
  number: number,
): Promise<number[]> {
  const { owner, name } = repository;
  const client = clients(repository, 'facts');
  const answer = Answer.parse(await client.graphql(QUERY, { owner, name, number }));
  const entry = answer.repository.pullRequest.mergeQueueEntry;
  const entries = entry?.mergeQueue?.entries?.nodes ?? [];
  return entries.flatMap(other =>
    entry && other?.pullRequest && other.position < entry.position ? other.pullRequest.number : [],
  );
}
