/** Repositories and backlogs, summed up from the tasks and streams in PostgreSQL. */
import type pg from 'pg';
import type { RepositoryIndex, RepositoryRow } from '../../engine/ports/repository-index.ts';

/** What is counted needs no order; the name is the one that the repository has had last. */
const LIST = `
SELECT s.repository_id::float8 AS id, s.tasks, s.open, s.waiting, s.failed, s."changedAt",
  latest.repository AS name, latest.id AS "latestTask"
FROM (
  SELECT repository_id, count(*)::int AS tasks, count(*) FILTER (WHERE open)::int AS open,
    count(*) FILTER (WHERE open AND waits_on = 'person')::int AS waiting,
    count(*) FILTER (WHERE status = 'failure' AND updated_at >= $2)::int AS failed,
    max(updated_at) AS "changedAt"
  FROM tasks WHERE repository_id = ANY($1::bigint[]) GROUP BY repository_id
) AS s CROSS JOIN LATERAL (
  SELECT repository, id FROM tasks WHERE repository_id = s.repository_id
  ORDER BY created_at DESC, id DESC LIMIT 1
) AS latest
ORDER BY s."changedAt" DESC, s.repository_id`;

// The stream of a backlog is named by its repository and the issue that it is shown on.
const BACKLOGS = `
SELECT s.id, first.at FROM streams s CROSS JOIN LATERAL (
  SELECT date_trunc('milliseconds', recorded_at) AS at FROM events e
  WHERE e.stream_kind = 'backlog' AND e.stream_id = s.id AND e.seq = 1
) AS first
WHERE s.kind = 'backlog' AND split_part(s.id, '-', 1) = ANY($1::text[])
  AND ($3::timestamptz IS NULL OR (first.at, s.id) < ($3, $4))
ORDER BY first.at DESC, s.id DESC
LIMIT $2`;

export function createRepositoryIndex(pool: pg.Pool): RepositoryIndex {
  return {
    async list(repositories, failedSince) {
      const { rows } = await pool.query<Omit<RepositoryRow, 'changedAt'> & { changedAt: Date }>({
        name: 'repositories',
        text: LIST,
        values: [repositories, failedSince],
      });
      return rows.map(row => ({ ...row, changedAt: row.changedAt.toISOString() }));
    },
    async backlogs(repositories, { after, limit }) {
      const values = [repositories.map(String), limit, after?.at ?? null, after?.id ?? null];
      const { rows } = await pool.query<{ id: string; at: Date }>(BACKLOGS, values);
      return rows.map(({ id, at }) => ({ id, at: at.toISOString() }));
    },
  };
}
