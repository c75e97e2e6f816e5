/** Repositories, summed up from the tasks in PostgreSQL. */
import type pg from 'pg';
import type { RepositoryIndex, RepositoryRow } from '../../../engine/ports/repository-index.ts';

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
  };
}
