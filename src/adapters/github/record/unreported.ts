/**
 * Open pull requests that can't be merged and on whose head our check does not stand: where their base
 * requires it by now, they were opened before it did, or before we were installed, and nothing else tells
 * of that.
 */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { UnreportedPull } from '../../../engine/ports/github-record.ts';
import type { Client } from '../client/client.ts';
import { CHECK_NAME } from '../surfaces/check.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { SOMEBODY, timeOf } from './event-origin.ts';

/** Pull requests of one repository in one query. */
const AT_ONCE = 50;
/** Those that were changed last: what is older is found once somebody says something there. */
const MOST_QUERIES = 4;
/** Repositories of which the first are asked for in one query, which GitHub counts as three points. */
const REPOSITORIES = 5;

/** What stands so could be merged: no check that is required is missing. */
const MERGEABLE: readonly string[] = ['CLEAN', 'HAS_HOOKS', 'UNSTABLE'];

const FIELDS = `fragment Open on Repository {
  databaseId
  pullRequests(states: OPEN, first: ${AT_ONCE}, after: $after, orderBy: { field: UPDATED_AT, direction: DESC }) {
    pageInfo { hasNextPage endCursor }
    nodes {
      number updatedAt headRefOid baseRefName mergeStateStatus headRepository { databaseId }
      statusCheckRollup { contexts(first: 100) {
        nodes { ... on CheckRun { name checkSuite { app { databaseId } } } }
      } }
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
  mergeStateStatus: z.string(),
  headRepository: z.looseObject({ databaseId: z.number().nullish() }).nullish(),
  statusCheckRollup: z
    .looseObject({
      contexts: z.looseObject({ nodes: z.array(ReportedContext.nullable()).nullish() }),
    })
    .nullish(),
});

const OpenPulls = z.looseObject({
  databaseId: z.number().int(),
  pullRequests: z.looseObject({
    pageInfo: z.looseObject({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
    nodes: z.array(ListedPull.nullable()).nullish(),
  }),
});
type OpenPulls = z.output<typeof OpenPulls>;

const Answer = z.looseObject({});

/** By the ids of the repositories, which are all of one installation. */
export async function unreportedPulls(
  client: Client,
  app: AppIdentity,
  repositories: readonly Repository[],
): Promise<Map<number, UnreportedPull[]>> {
  const found = new Map<number, UnreportedPull[]>();
  for (let from = 0; from < repositories.length; from += REPOSITORIES) {
    const part = repositories.slice(from, from + REPOSITORIES);
    const firsts = await openPulls(client, part, null);
    for (const [index, repository] of part.entries()) {
      const pulls: UnreportedPull[] = [];
      let open = firsts[index] ?? null;
      for (let query = 1; open !== null; query += 1) {
        const { nodes, pageInfo } = open.pullRequests;
        for (const pull of nodes ?? [])
          if (pull && mayLack(pull, app)) pulls.push(unreported(pull, repository));
        const after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
        if (after === null || query === MOST_QUERIES) break;
        [open = null] = await openPulls(client, [repository], after);
      }
      found.set(repository.id, pulls);
    }
  }
  return found;
}

/** In the order of the repositories; null of one that can't be read, or whose name is another's by now. */
async function openPulls(
  client: Client,
  repositories: readonly Repository[],
  after: string | null,
): Promise<(OpenPulls | null)[]> {
  const names = repositories.flatMap(({ owner, name }, index) => [
    [`o${index}`, owner],
    [`n${index}`, name],
  ]);
  const declared = names.map(([name]) => `$${name}: String!`).join(', ');
  const asked = repositories.map(
    (_, index) => `r${index}: repository(owner: $o${index}, name: $n${index}) { ...Open }`,
  );
  const query = `query (${declared}, $after: String) { ${asked.join(' ')} } ${FIELDS}`;
  const variables = { ...Object.fromEntries(names), after };
  const answer = Answer.parse(await client.graphqlInPart(query, variables));
  return repositories.map(({ id }, index) => {
    const open = OpenPulls.safeParse(answer[`r${index}`]).data;
    return open?.databaseId === id ? open : null;
  });
}

type ReportablePull = z.output<typeof ListedPull>;

const mayLack = (
  { mergeStateStatus, statusCheckRollup }: ReportablePull,
  app: AppIdentity,
): boolean =>
  !MERGEABLE.includes(mergeStateStatus) &&
  !(statusCheckRollup?.contexts.nodes ?? []).some(
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
    fork: from !== id,
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
