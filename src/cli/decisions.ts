/** `gatehouse decisions`: what policy decided, over all tasks, by what is asked for. */
import { plain } from '../core/text/plain-text.ts';
import type {
  DecisionFilter,
  DecisionIndex,
  DecisionQuery,
  ListedDecision,
} from '../engine/ports/decision-index.ts';
import { whyIncomplete } from '../engine/queries/decision-search.ts';
import { type Output, print, table } from './output.ts';
import type { Services } from './services.ts';

const HEAD = ['AT', 'OUTCOME', 'ACTION', 'ON', 'AGENT', 'REPOSITORY', 'TASK', 'EVENT', 'POLICIES'];
const NONE = 'There are no such decisions.';

type Asked = DecisionFilter & { json: boolean; repository?: string; limit: number };

export async function findDecisions(
  services: Pick<Services, 'openLog'>,
  output: Output,
  { json, repository, limit, ...filter }: Asked,
): Promise<void> {
  const opened = await services.openLog();
  try {
    const { decisions, taskPages } = opened;
    const repositoryIds =
      repository === undefined
        ? await taskPages.repositories()
        : (await taskPages.repositoriesNamed([repository])).map(({ id }) => id);
    const incomplete = await whyIncomplete(decisions);
    const found = await findUpTo(decisions, limit + 1, { repositoryIds, filter, sort: 'newest' });
    const rows = found.slice(0, limit);
    const isCut = found.length > limit;
    print(output, json, { decisions: rows, isCut, incomplete }, [
      ...(rows.length > 0 ? table([HEAD, ...rows.map(cellsOf)]) : [NONE]),
      ...(isCut
        ? [`There are more: these are the newest ${limit}. --limit lists up to 10,000.`]
        : []),
      ...(incomplete === null ? [] : [incomplete]),
    ]);
  } finally {
    await opened.close();
  }
}

/** Goes on until it has found so many, or there are no more. */
async function findUpTo(
  decisions: DecisionIndex,
  most: number,
  query: Omit<DecisionQuery, 'after' | 'limit'>,
): Promise<ListedDecision[]> {
  const found: ListedDecision[] = [];
  for (let after: DecisionQuery['after'] = null; ; ) {
    const { rows, lookedTo } = await decisions.list({
      ...query,
      after,
      limit: most - found.length,
    });
    found.push(...rows);
    if (lookedTo === null) return found;
    after = lookedTo;
  }
}

const cellsOf = (row: ListedDecision): string[] => [
  `${row.at.slice(0, 16).replace('T', ' ')}Z`,
  row.outcome,
  row.action,
  plain(row.resource, 60),
  plain(row.agent ?? '–', 30),
  plain(row.repository),
  row.task,
  `${row.seq}`,
  plain(row.policies.join(', '), 80),
];
