/** What policy decided: one row each, listed by what is asked for. */
import type pg from 'pg';
import type {
  DecisionIndex,
  DecisionPlace,
  DecisionQuery,
  DecisionRow,
  ListedDecision,
} from '../../../engine/ports/decision-index.ts';
import { countStaleTasks } from './stale-streams.ts';

/** In the order in which their index is chosen: those that leave the fewest rows come first. */
const FILTERS = ['policy', 'agent', 'action', 'outcome'] as const;

/** So many are looked at for a page, or as many as a page has of each repository. */
const MOST_LOOKED_AT = 10_000;

/**
 * Of each repository rows are read in the order of an index that begins with the first filter, and are held
 * against the others. How many are read is bounded, so that a page costs the same however many decisions there
 * are: nothing that is behind the first place at which reading stopped is shown, and the next page goes on there.
 */
function statement({ repositoryIds, filter, sort, after, limit }: DecisionQuery) {
  const values: unknown[] = [repositoryIds];
  const put = (value: unknown) => `$${values.push(value)}`;
  const [first, ...others] = FILTERS.filter(name => filter[name] !== undefined);
  const isAsked = (name: (typeof FILTERS)[number]) => `${name} = ${put(filter[name])}`;
  const [direction, behind] = sort === 'newest' ? ['DESC', '<'] : ['ASC', '>'];
  const order = ['at', 'task', 'seq'].map(name => `${name} ${direction}`).join(', ');
  const where = ['repository_id = r.id'];
  if (first) where.push(isAsked(first));
  if (filter.since !== undefined) where.push(`at >= ${put(filter.since)}::timestamptz`);
  if (filter.until !== undefined) where.push(`at < ${put(filter.until)}::timestamptz`);
  if (after !== null)
    where.push(
      `(at, task, seq) ${behind} (${put(after.at)}::timestamptz, ${put(after.task)}::text, ${put(after.seq)}::int)`,
    );
  const share = Math.ceil(MOST_LOOKED_AT / Math.max(1, repositoryIds.length));
  const most = put(others.length === 0 ? limit : Math.max(limit, share));
  const text = `
WITH looked_at AS MATERIALIZED (
  SELECT one.* FROM unnest($1::bigint[]) AS r(id) CROSS JOIN LATERAL (
    SELECT at, task, seq, ${others.map(isAsked).join(' AND ') || 'true'} AS fits,
      row_number() OVER (ORDER BY ${order}) AS place
    FROM ${first === 'policy' ? 'decision_policies' : 'decisions'} WHERE ${where.join(' AND ')}
    ORDER BY ${order} LIMIT ${most}::int
  ) AS one
), stopped AS (
  SELECT at, task, seq FROM looked_at WHERE place = ${most}::int ORDER BY ${order} LIMIT 1
), found AS (
  SELECT at, task, seq FROM looked_at l
  WHERE fits AND NOT EXISTS (
    SELECT FROM stopped s WHERE (l.at, l.task, l.seq) ${behind} (s.at, s.task, s.seq)
  )
  ORDER BY ${order} LIMIT ${put(limit)}
), shown AS (
  SELECT d.task, d.seq, d.action, d.outcome, d.resource, d.reason, d.policies, d.agent, d.at,
    t.repository, t.title, t.issue, t.pull
  FROM found JOIN decisions d USING (task, seq) JOIN tasks t ON t.id = d.task
)
SELECT (SELECT json_agg(shown ORDER BY ${order}) FROM shown) AS rows,
  (SELECT row_to_json(stopped) FROM stopped) AS "lookedTo"`;
  return { text, values };
}

type FoundRow = { rows: ListedDecision[] | null; lookedTo: DecisionPlace | null };

/** PostgreSQL writes the zone as it likes. */
const timed = <T extends { at: string }>(row: T): T => ({
  ...row,
  at: new Date(row.at).toISOString(),
});

export function createDecisionIndex(pool: pg.Pool): DecisionIndex {
  return {
    async list(query) {
      const { text, values } = statement(query);
      const found = (await pool.query<FoundRow>(text, values)).rows[0];
      const rows = found?.rows?.map(timed) ?? [];
      const isFull = rows.length === query.limit;
      return { rows, lookedTo: found?.lookedTo && !isFull ? timed(found.lookedTo) : null };
    },
    countUnindexed: most => countStaleTasks(pool, most),
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
