/** What was spent, summed up from the entries of the ledger in PostgreSQL. */
import type pg from 'pg';
import type { SpendGroup, SpendQuery, SpendSum, Spends } from '../../engine/ports/spends.ts';

/** The key of each group, and its name where that is another. Every spend has a task. */
const GROUPS: Readonly<Record<SpendGroup, { key: string; name?: string }>> = {
  repository: {
    key: 't.repository_id::text',
    name: '(array_agg(t.repository ORDER BY t.created_at DESC))[1]',
  },
  role: { key: 'r.role' },
  agent: { key: 'r.adapter' },
  model: { key: "s.provider || '/' || s.model" },
  person: { key: 't.requester' },
  task: { key: 't.id', name: 'max(t.title)' },
  day: { key: 's.day' },
};

const ofDay = (time: string): string => `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;

/** $1: repositories; $2 and $3: from and to. What is reserved counts in the day of its scope. */
const SOURCE = `
  SELECT task, run, provider, model, calls, input + cached + cache_write + output AS tokens,
    nano_usd, ms, ${ofDay('at')} AS day, NULL::bigint[] AS held
  FROM ledger_entries WHERE kind <> 'reserved' AND at >= $2 AND at < $3
  UNION ALL
  SELECT task, run, provider, model, 0, 0, 0, 0,
    (SELECT substr(scope, 5) FROM unnest(scopes) AS scope WHERE scope LIKE 'day:%' LIMIT 1),
    ARRAY[calls, tokens, nano_usd, ms]
  FROM ledger_reservations WHERE $3 > clock_timestamp()`;

const SEEN = 't.repository_id = ANY($1::bigint[])';

const sum = (what: string, when: string): string =>
  `coalesce(sum(${what}) FILTER (WHERE ${when}), 0)`;

const SUMS = `
  coalesce(sum(s.calls), 0) AS calls, coalesce(sum(s.tokens), 0) AS tokens,
  ${sum('s.nano_usd', 's.model IS NOT NULL')} AS model_nano_usd,
  ${sum('s.calls', 's.model IS NOT NULL AND s.nano_usd IS NULL')} AS unpriced_calls,
  coalesce(array_agg(DISTINCT s.provider || '/' || s.model)
    FILTER (WHERE s.model IS NOT NULL AND s.nano_usd IS NULL), '{}') AS unpriced,
  coalesce(sum(s.ms), 0) AS work_ms,
  ${sum('s.nano_usd', 's.model IS NULL')} AS work_nano_usd,
  ${sum('s.ms', 's.model IS NULL AND s.nano_usd IS NULL')} AS unpriced_work_ms,
  coalesce(sum(s.held[1]), 0) AS reserved_calls, coalesce(sum(s.held[2]), 0) AS reserved_tokens,
  coalesce(sum(s.held[3]), 0) AS reserved_nano_usd, coalesce(sum(s.held[4]), 0) AS reserved_ms,
  count(DISTINCT s.task) AS tasks`;

const FROM = `FROM (${SOURCE}) AS s JOIN tasks t ON t.id = s.task`;

/** Records are read only where the group is of theirs. */
const grouped = ({ key, name = key }: { key: string; name?: string }): string => `
SELECT ${key} AS key, ${name} AS name, ${SUMS}
${FROM} ${key.startsWith('r.') ? 'LEFT JOIN run_records r ON r.task = s.task AND r.run = s.run' : ''}
WHERE ${SEEN} GROUP BY ${key}
ORDER BY coalesce(sum(s.nano_usd), 0) DESC, sum(s.tokens) DESC, sum(s.ms) DESC, key LIMIT $4`;

const TOTAL = `SELECT ${SUMS} ${FROM} WHERE ${SEEN}`;

const MERGED = (key: string): string => `
SELECT ${key} AS key, count(DISTINCT t.id)::int AS merged
FROM (
  SELECT stream_id, ${ofDay('recorded_at')} AS day FROM events
  WHERE type = 'pull.merged' AND stream_kind = 'task' AND recorded_at >= $2 AND recorded_at < $3
) AS s JOIN tasks t ON t.id = s.stream_id
WHERE ${SEEN} GROUP BY ${key}`;

const PRICES = `
SELECT e.prices AS source, min(e.at) AS "from", max(e.at) AS "to"
FROM ledger_entries e JOIN tasks t ON t.id = e.task
WHERE kind <> 'reserved' AND e.at >= $2 AND e.at < $3 AND e.prices IS NOT NULL AND ${SEEN}
GROUP BY e.prices ORDER BY max(e.at) DESC, e.prices LIMIT 20`;

export function createSpends(pool: pg.Pool): Spends {
  return {
    async by(group, query, limit) {
      const text = grouped(GROUPS[group]);
      const { rows } = await pool.query<Row>(text, [...valuesOf(query), limit]);
      return rows.map(row => ({ key: row.key, name: row.name, ...sumOf(row) }));
    },
    async total(query) {
      const { rows } = await pool.query<Row>(TOTAL, valuesOf(query));
      if (!rows[0]) throw new Error('the database returned no sum');
      return sumOf(rows[0]);
    },
    async merged(group, query) {
      const { rows } = await pool.query<{ key: string; merged: number }>(
        MERGED(GROUPS[group].key),
        valuesOf(query),
      );
      return new Map(rows.map(({ key, merged }) => [key, merged]));
    },
    async prices(query) {
      const { rows } = await pool.query<{ source: string; from: Date; to: Date }>(
        PRICES,
        valuesOf(query),
      );
      return rows;
    },
  };
}

const valuesOf = ({ repositories, from, to }: SpendQuery): unknown[] => [repositories, from, to];

/** PostgreSQL's sums come as text. */
type Row = Record<
  | 'calls'
  | 'tokens'
  | 'model_nano_usd'
  | 'unpriced_calls'
  | 'work_ms'
  | 'work_nano_usd'
  | 'unpriced_work_ms'
  | 'reserved_calls'
  | 'reserved_tokens'
  | 'reserved_nano_usd'
  | 'reserved_ms'
  | 'tasks',
  string
> & { key: string | null; name: string | null; unpriced: string[] };

const sumOf = (row: Row): SpendSum => ({
  calls: Number(row.calls),
  tokens: Number(row.tokens),
  modelNanoUsd: Number(row.model_nano_usd),
  unpricedCalls: Number(row.unpriced_calls),
  unpriced: row.unpriced,
  workMs: Number(row.work_ms),
  workNanoUsd: Number(row.work_nano_usd),
  unpricedWorkMs: Number(row.unpriced_work_ms),
  reserved: {
    calls: Number(row.reserved_calls),
    tokens: Number(row.reserved_tokens),
    nanoUsd: Number(row.reserved_nano_usd),
    ms: Number(row.reserved_ms),
  },
  tasks: Number(row.tasks),
});
