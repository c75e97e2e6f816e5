/**
 * Open pull requests on whose head our check does not stand: where their base requires it by now, they
 * were opened before it did, or before we were installed, and nothing else tells of that.
 */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { UnreportedPull } from '../../../engine/ports/github-record.ts';
import type { Client } from '../client.ts';
import { CHECK_NAME } from '../surfaces/check.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { SOMEBODY, timeOf } from './event-origin.ts';

/** In one query, which GitHub counts as one point. */
const AT_ONCE = 50;
/** Those that were changed last: what is older is found once somebody says something there. */
const MOST_QUERIES = 4;

const QUERY = `query ($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    databaseId
    pullRequests(states: OPEN, first: ${AT_ONCE}, after: $after, orderBy: { field: UPDATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number updatedAt headRefOid baseRefName headRepository { databaseId }
        statusCheckRollup { contexts(first: 100) {
          nodes { ... on CheckRun { name checkSuite { app { databaseId } } } }
        } }
      }
    }
  }
}`;

const ReportedContext = z.looseObject({
  name: z.string().optional(),
  checkSuite: z
    .looseObject({ app: z.looseObject({ databaseId: z.number().nullish() }).nullish() })
    .nullish(),
});

const ListedPull = z.looseObject({
  number: z.number().int(),
  updatedAt: z.string(),
  headRefOid: z.string(),
  baseRefName: z.string(),
  headRepository: z.looseObject({ databaseId: z.number().nullish() }).nullish(),
  statusCheckRollup: z
    .looseObject({
      contexts: z.looseObject({ nodes: z.array(ReportedContext.nullable()).nullish() }),
    })
    .nullish(),
});

const Answer = z.looseObject({
  repository: z.looseObject({
    databaseId: z.number().int(),
    pullRequests: z.looseObject({
      pageInfo: z.looseObject({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
      nodes: z.array(ListedPull.nullable()).nullish(),
    }),
  }),
});

export async function unreportedPulls(
  client: Client,
  app: AppIdentity,
  repository: Repository,
): Promise<UnreportedPull[]> {
  const { id, owner, name } = repository;
  const found: UnreportedPull[] = [];
  let after: string | null = null;
  for (let query = 0; query < MOST_QUERIES; query += 1) {
    const answer = Answer.parse(await client.graphqlInPart(QUERY, { owner, name, after }));
    // Another repository may have the name by now.
    if (answer.repository.databaseId !== id) return [];
    const { nodes, pageInfo } = answer.repository.pullRequests;
    for (const pull of nodes ?? [])
      if (pull && !isReported(pull, app)) found.push(unreported(pull, repository));
    after = pageInfo.endCursor ?? null;
    if (!pageInfo.hasNextPage || after === null) break;
  }
  return found;
}

type ReportablePull = z.output<typeof ListedPull>;

const isReported = ({ statusCheckRollup }: ReportablePull, app: AppIdentity): boolean =>
  (statusCheckRollup?.contexts.nodes ?? []).some(
    context => context?.name === CHECK_NAME && context.checkSuite?.app?.databaseId === app.id,
  );

/** GitHub has no such delivery: its action is a name of ours. */
function unreported(
  pull: ReportablePull,
  { id, owner, name, installation }: Repository,
): UnreportedPull {
  const { number, updatedAt, headRefOid: sha, baseRefName: ref, headRepository } = pull;
  const from = headRepository?.databaseId;
  return {
    base: ref,
    event: {
      event: 'pull_request',
      at: timeOf(updatedAt),
      payload: {
        action: 'unreported',
        sender: SOMEBODY,
        pull_request: {
          number,
          merged: false,
          head: { sha, repo: from ? { id: from } : null },
          base: { ref },
          updated_at: updatedAt,
        },
        repository: { id, name, owner: { login: owner } },
        installation: { id: installation },
      },
    },
  };
}
