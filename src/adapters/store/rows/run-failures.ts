/** The failures of agents' runs: read from their records by the time at which they ended, which is indexed. */
import type pg from 'pg';
import type {
  FailedRun,
  FailureGroup,
  FailureQuery,
  FailureSum,
  RunFailures,
} from '../../../engine/ports/run-failures.ts';

const CODE = "CASE WHEN r.outcome <> 'success' THEN coalesce(r.class, 'unknown') END";

const KEYS: Readonly<Record<FailureGroup, string>> = {
  code: CODE,
  role: 'r.role',
  agent: 'r.adapter',
  repository: 'r.repository_id::text',
  day: "to_char(r.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
};

/** $1: repositories; $2 and $3: from and to; $4: the code, whose runs that ended well are still counted; $5: the role. */
const FOUND = `
  r.repository_id = ANY ($1::bigint[]) AND r.ended_at >= $2 AND r.ended_at < $3
  AND ($4::text IS NULL OR r.outcome = 'success' OR coalesce(r.class, 'unknown') = $4)
  AND ($5::text IS NULL OR r.role = $5)`;

const ORDER = 'whole DESC, failed DESC, key';

/** $6: at most so many groups, and the sum of all there are. They are named once they are chosen. */
const sumsText = (group: FailureGroup): string => `
WITH by_code AS (
  SELECT ${KEYS[group]} AS key, ${CODE} AS code, count(*) AS runs, max(r.ended_at) AS last_at
  FROM run_records r WHERE ${FOUND} GROUP BY 1, 2
), sums AS (
  SELECT grouping(key) = 1 AS whole, key, sum(runs)::int AS runs,
    coalesce(sum(runs) FILTER (WHERE code IS NOT NULL), 0)::int AS failed,
    max(last_at) FILTER (WHERE code IS NOT NULL) AS last_at,
    json_agg(json_build_object('code', code, 'runs', runs) ORDER BY runs DESC, code)
      FILTER (WHERE code IS NOT NULL) AS codes
  FROM by_code GROUP BY GROUPING SETS ((key), ())
  HAVING grouping(key) = 1 OR count(code) > 0
  ORDER BY ${ORDER} LIMIT $6::int + 1
)
SELECT sums.*, ${
  group === 'repository'
    ? `(SELECT repository FROM tasks WHERE repository_id = key::bigint
      ORDER BY created_at DESC, id DESC LIMIT 1)`
    : 'NULL'
} AS name
FROM sums ORDER BY ${ORDER}`;

const LATEST = `
SELECT r.task, t.title, t.repository, r.run, r.role, r.adapter, r.model, ${CODE} AS code, r.ended_at
FROM (
  SELECT * FROM run_records r WHERE ${FOUND} AND r.outcome <> 'success'
  ORDER BY r.ended_at DESC, r.task, r.run LIMIT $6
) AS r JOIN tasks t ON t.id = r.task
ORDER BY r.ended_at DESC, r.task, r.run`;

type SumRow = Pick<FailureSum, 'name' | 'runs' | 'failed'> & {
  /** It is the sum of all groups. */
  whole: boolean;
  key: string | null;
  /** Null of the sum of all where none failed. */
  last_at: Date | null;
  codes: FailureSum['codes'] | null;
};

type FailedRow = Omit<FailedRun, 'at'> & { ended_at: Date };

export const createRunFailures = (pool: pg.Pool): RunFailures => ({
  async sums(group, query, limit) {
    const { rows } = await pool.query<SumRow>(sumsText(group), [...valuesOf(query), limit]);
    const whole = rows.find(row => row.whole);
    return {
      rows: rows.flatMap(row => sumOf(row) ?? []),
      total: { runs: whole?.runs ?? 0, failed: whole?.failed ?? 0 },
    };
  },
  async latest(query, limit) {
    const { rows } = await pool.query<FailedRow>(LATEST, [...valuesOf(query), limit]);
    return rows.map(({ ended_at, ...same }) => ({ ...same, at: ended_at.toISOString() }));
  },
});

const valuesOf = ({ repositories, from, to, code, role }: FailureQuery): unknown[] => [
  ...[repositories, from, to],
  ...[code, role],
];

function sumOf({ whole, key, last_at, codes, ...same }: SumRow): FailureSum | null {
  if (whole || key === null || last_at === null) return null;
  return { ...same, key, codes: codes ?? [], lastAt: last_at.toISOString() };
}
