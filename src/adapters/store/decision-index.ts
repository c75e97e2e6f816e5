/** What policy decided: one row each, listed by what is asked for. */
import type pg from 'pg';
import { keysOf } from '../../core/keys-of.ts';
import type {
  DecisionFilter,
  DecisionIndex,
  DecisionQuery,
  DecisionRow,
  ListedDecision,
} from '../../engine/ports/decision-index.ts';

const CONDITIONS: Record<keyof DecisionFilter, (value: string) => string> = {
  action: value => `action = ${value}`,
  outcome: value => `outcome = ${value}`,
  agent: value => `agent = ${value}`,
  policy: value => `policy = ${value}`,
  since: value => `at >= ${value}::timestamptz`,
  until: value => `at < ${value}::timestamptz`,
};

/**
 * Of each repository as many as a page has, in the order of an index that begins with what is filtered: so
 * it costs the same however many decisions there are. The rows themselves are read of those alone that are
 * shown.
 */
function statement({ repositoryIds, filter, sort, after, limit }: DecisionQuery) {
  const values: unknown[] = [repositoryIds];
  const put = (value: unknown) => `$${values.push(value)}`;
  const where = ['repository_id = r.id'];
  for (const name of keysOf(CONDITIONS))
    if (filter[name] !== undefined) where.push(CONDITIONS[name](put(filter[name])));
  if (after !== null)
    where.push(
      `(at, task, seq) ${sort === 'newest' ? '<' : '>'} (${put(after.at)}::timestamptz, ${put(after.task)}::text, ${put(after.seq)}::int)`,
    );
  const source = filter.policy === undefined ? 'decisions' : 'decision_policies';
  const direction = sort === 'newest' ? 'DESC' : 'ASC';
  const order = ['at', 'task', 'seq'].map(name => `${name} ${direction}`).join(', ');
  const page = `ORDER BY ${order} LIMIT ${put(limit)}`;
  const text = `
SELECT d.task, d.seq, d.action, d.outcome, d.resource, d.reason, d.policies, d.agent, d.at,
  t.repository, t.title, t.issue, t.pull
FROM (
  SELECT found.* FROM unnest($1::bigint[]) AS r(id) CROSS JOIN LATERAL (
    SELECT at, task, seq FROM ${source} WHERE ${where.join(' AND ')} ${page}
  ) AS found ${page}
) AS found JOIN decisions d USING (task, seq) JOIN tasks t ON t.id = d.task
ORDER BY ${['d.at', 'd.task', 'd.seq'].map(name => `${name} ${direction}`).join(', ')}`;
  return { text, values };
}

export function createDecisionIndex(pool: pg.Pool): DecisionIndex {
  return {
    async list(query) {
      const { text, values } = statement(query);
      const { rows } = await pool.query<Omit<ListedDecision, 'at'> & { at: Date }>(text, values);
      return rows.map(row => ({ ...row, at: row.at.toISOString() }));
    },
  };
}

/** PostgreSQL's text can't contain NUL, nor half a character. */
export function storableDecision(row: DecisionRow): DecisionRow {
  const text = (value: string) => value.toWellFormed().replaceAll('\0', '\uFFFD');
  return { ...row, resource: text(row.resource), reason: text(row.reason) };
}

/** What is kept of it for each policy that determined it. */
export const byPolicy = ({ policies, resource: _, reason: __, ...row }: DecisionRow) =>
  [...new Set(policies)].map(policy => ({ ...row, policy }));

/** The row with the names of its columns. */
export function decisionColumns(row: DecisionRow) {
  const { repositoryId, ...same } = storableDecision(row);
  return { ...same, repository_id: repositoryId };
}
