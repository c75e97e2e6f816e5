/** What was spent, summed up from the entries of the ledger in PostgreSQL. */
import type pg from 'pg';
import type {
  MergedGroup,
  SpendGroup,
  SpendQuery,
  SpendSum,
  Spends,
} from '../../../engine/ports/spends.ts';

/** The key of each group, and what names it where that is another. Every spend has a task. */
const GROUPS: Readonly<Record<SpendGroup, { key: string; name?: string }>> = {
  repository: {
    key: 't.repository_id::text',
    name: `(SELECT repository FROM tasks WHERE repository_id = key::bigint
      ORDER BY created_at DESC, id DESC LIMIT 1)`,
  },
  role: { key: 'r.role' },
  agent: { key: 'r.adapter' },
  model: { key: "s.provider || '/' || s.model" },
  person: { key: 't.requester' },
  task: { key: 't.id', name: '(SELECT title FROM tasks WHERE id = key)' },
  day: { key: 's.day' },
};

const ofDay = (time: string): string => `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;

/** Runs and days are told apart only where the group is of theirs: each row of these is joined with its task. */
const partsOf = (group: SpendGroup) => ({
  run: GROUPS[group].key.startsWith('r.') ? 'run' : 'NULL::text',
  day: group === 'day' ? ofDay('at') : 'NULL::text',
});

/**
 * $1: repositories; $2 and $3: from and to. Entries are summed up by task before anything else is read.
 * What is reserved counts in the day of its scope.
 */
function sourceOf(group: SpendGroup): string {
  const { run, day } = partsOf(group);
  return `
  SELECT task, ${run} AS run, provider, model, prices, ${day} AS day,
    sum(calls) AS calls, sum(input + cached + cache_write + output) AS tokens,
    sum(nano_usd) AS nano_usd, sum(ms) AS ms, bool_or(nano_usd IS NULL) AS unpriced,
    sum(calls) FILTER (WHERE nano_usd IS NULL) AS unpriced_calls,
    sum(ms) FILTER (WHERE nano_usd IS NULL) AS unpriced_ms,
    min(at) AS first_at, max(at) AS last_at, NULL::bigint[] AS held
  FROM ledger_entries WHERE kind <> 'reserved' AND at >= $2 AND at < $3
  GROUP BY 1, 2, 3, 4, 5, 6
  UNION ALL
  SELECT task, run, provider, model, NULL,
    (SELECT substr(scope, 5) FROM unnest(scopes) AS scope WHERE scope LIKE 'day:%' LIMIT 1),
    0, 0, NULL, 0, false, 0, 0, NULL, NULL, ARRAY[calls, tokens, nano_usd, ms]
  FROM ledger_reservations WHERE $3 > clock_timestamp()`;
}

const SEEN = 't.repository_id = ANY($1::bigint[])';

/** The sums that are of models, or of the workers' time. */
const ofModels = (what: string): string =>
  `coalesce(sum(${what}) FILTER (WHERE model IS NOT NULL), 0)`;
const ofWork = (what: string): string => `coalesce(sum(${what}) FILTER (WHERE model IS NULL), 0)`;

const PRICES = `
  SELECT prices AS source, min(first_at) AS "from", max(last_at) AS "to" FROM seen
  WHERE prices IS NOT NULL GROUP BY prices ORDER BY max(last_at) DESC, prices LIMIT 20`;

/** A run ends after it has spent, but for what was settled when its worker was lost. */
const RECORDS = `LEFT JOIN run_records r ON r.task = s.task AND r.run = s.run
    AND r.ended_at >= $2::timestamptz - interval '1 day'`;

/** The sum of all first, then what cost most. */
const ORDER = 'whole DESC, nano_usd DESC, tokens DESC, work_ms DESC, key';

/** $4: at most so many groups, and the sum of all there are. They are named once they are chosen. */
function sumsText(group: SpendGroup): string {
  const { key, name = 'key' } = GROUPS[group];
  return `
WITH seen AS MATERIALIZED (
  SELECT s.*, ${key} AS key
  FROM (${sourceOf(group)}) AS s JOIN tasks t ON t.id = s.task
  ${key.startsWith('r.') ? RECORDS : ''}
  WHERE ${SEEN}
), sums AS (
  SELECT grouping(key) = 1 AS whole, key, coalesce(sum(nano_usd), 0) AS nano_usd,
    coalesce(sum(calls), 0) AS calls, coalesce(sum(tokens), 0) AS tokens,
    ${ofModels('nano_usd')} AS model_nano_usd, ${ofModels('unpriced_calls')} AS unpriced_calls,
    coalesce(array_agg(DISTINCT provider || '/' || model)
      FILTER (WHERE model IS NOT NULL AND unpriced), '{}') AS unpriced,
    coalesce(sum(ms), 0) AS work_ms, ${ofWork('nano_usd')} AS work_nano_usd,
    ${ofWork('unpriced_ms')} AS unpriced_work_ms,
    coalesce(sum(held[1]), 0) AS reserved_calls, coalesce(sum(held[2]), 0) AS reserved_tokens,
    coalesce(sum(held[3]), 0) AS reserved_nano_usd, coalesce(sum(held[4]), 0) AS reserved_ms,
    count(DISTINCT task) AS tasks,
    (SELECT json_agg(used) FROM (${PRICES}) AS used) AS prices
  FROM seen GROUP BY GROUPING SETS ((key), ())
  ORDER BY ${ORDER} LIMIT $4::int + 1
)
SELECT sums.*, ${name} AS name FROM sums ORDER BY ${ORDER}`;
}

const mergedText = (group: MergedGroup): string => `
SELECT grouping(key) = 1 AS whole, key, count(DISTINCT task)::int AS merged
FROM (
  SELECT t.id AS task, ${GROUPS[group].key} AS key
  FROM (
    SELECT stream_id, ${ofDay('recorded_at')} AS day FROM events
    WHERE type = 'pull.merged' AND stream_kind = 'task' AND recorded_at >= $2 AND recorded_at < $3
  ) AS s JOIN tasks t ON t.id = s.stream_id
  WHERE ${SEEN}
) AS found GROUP BY GROUPING SETS ((key), ())`;

export function createSpends(pool: pg.Pool): Spends {
  return {
    async sums(group, query, limit) {
      const values = [...valuesOf(query), limit];
      const { rows } = await pool.query<Row>(sumsText(group), values);
      const total = rows.find(({ whole }) => whole);
      if (!total) throw new Error('the database returned no sum');
      return {
        rows: rows
          .filter(({ whole }) => !whole)
          .map(row => ({ key: row.key, name: row.name, ...sumOf(row) })),
        total: sumOf(total),
        prices: (total.prices ?? []).map(({ source, from, to }) => ({
          source,
          from: new Date(from),
          to: new Date(to),
        })),
      };
    },
    async merged(group, query) {
      const { rows } = await pool.query<{ whole: boolean; key: string; merged: number }>(
        mergedText(group),
        valuesOf(query),
      );
      const [total = 0] = rows.flatMap(({ whole, merged }) => (whole ? [merged] : []));
      const byKey = rows.filter(({ whole }) => !whole);
      return { byKey: new Map(byKey.map(({ key, merged }) => [key, merged])), total };
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
> & {
  /** It is the sum of all groups. */
  whole: boolean;
  key: string | null;
  name: string | null;
  unpriced: string[];
  /** Null: none was used. */
  prices: { source: string; from: string; to: string }[] | null;
};

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
