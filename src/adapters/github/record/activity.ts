/** Whether anything happened in the repositories of an installation: many of them in one query. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { Activity } from '../../../engine/ports/github-record.ts';
import type { Client } from '../client/client.ts';

/** Each costs three or four nodes: GitHub counts a query of so many as one or two points. */
const AT_ONCE = 50;

const Newest = z.looseObject({
  nodes: z.array(z.looseObject({ updatedAt: z.iso.datetime({ offset: true }) }).nullable()),
});
const RepositoryActivity = z.looseObject({
  databaseId: z.number().int(),
  issues: Newest,
  pullRequests: Newest,
  open: z.looseObject({ totalCount: z.number().int() }),
});

const Answer = z.looseObject({});

export async function readActivity(
  client: Client,
  repositories: Repository[],
  pulls: ReadonlyMap<number, number[]>,
): Promise<Map<number, Activity>> {
  const found = new Map<number, Activity>();
  for (let from = 0; from < repositories.length; from += AT_ONCE) {
    const part = repositories.slice(from, from + AT_ONCE);
    const { query, variables } = queryFor(part, pulls);
    const data = Answer.parse(await client.graphqlInPart(query, variables));
    for (const [index, repository] of part.entries()) {
      const read = RepositoryActivity.safeParse(data[`r${index}`]);
      // Another repository may have the name by now.
      if (read.success && read.data.databaseId === repository.id)
        found.set(repository.id, activityOf(read.data));
    }
  }
  return found;
}

function activityOf(answered: z.output<typeof RepositoryActivity>): Activity {
  const times = [answered.issues, answered.pullRequests].flatMap(({ nodes }) =>
    nodes.flatMap(node => (node ? [Date.parse(node.updatedAt)] : [])),
  );
  const { databaseId: _, issues, pullRequests, open, ...checks } = answered;
  return {
    newest: times.length > 0 ? new Date(Math.max(...times)) : null,
    openPulls: open.totalCount,
    checks: JSON.stringify(checks),
  };
}

function queryFor(repositories: Repository[], pulls: ReadonlyMap<number, number[]>) {
  const names = repositories.flatMap(({ owner, name }, index) => [
    [`o${index}`, owner],
    [`n${index}`, name],
  ]);
  const asked = repositories.map(({ id }, index) => {
    const checks = (pulls.get(id) ?? []).map(
      number => `p${number}: pullRequest(number: ${number}) { statusCheckRollup { state } }`,
    );
    return `r${index}: repository(owner: $o${index}, name: $n${index}) { ...Newest ${checks.join(' ')} }`;
  });
  const declared = names.map(([name]) => `$${name}: String!`).join(', ');
  const query = `query (${declared}) {
    ${asked.join('\n')}
  }
  fragment Newest on Repository {
    databaseId
    issues(first: 1, orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { updatedAt } }
    pullRequests(first: 1, orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { updatedAt } }
    open: pullRequests(states: OPEN, first: 1) { totalCount }
  }`;
  return { query, variables: Object.fromEntries(names) };
}
