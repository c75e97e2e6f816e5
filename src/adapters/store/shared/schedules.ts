/** Schedules in PostgreSQL. */
import type pg from 'pg';
import { z } from 'zod';
import { Repository } from '../../../core/actor.ts';
import { Schedule } from '../../../core/repository-config/schedule.ts';
import type { KnownSchedules, ScheduledWork } from '../../../engine/ports/schedules.ts';

const Row = z.object({
  repository: Repository,
  name: z.string(),
  schedule: Schedule,
  nextAt: z.date(),
  lastAt: z.date().nullable(),
  note: z.string().nullable(),
});

const COLUMNS = `repository_id AS "repositoryId", repository, name, schedule, next_at AS "nextAt", last_at AS "lastAt", note`;

/** One whose text is as it was keeps its time, so that a push at the due minute loses no run. */
const REPLACE = `
WITH given AS (
  SELECT * FROM jsonb_to_recordset($3) AS t(name text, schedule jsonb, "nextAt" timestamptz)
), gone AS (
  DELETE FROM schedules WHERE repository_id = $1 AND name NOT IN (SELECT name FROM given)
)
INSERT INTO schedules AS s (repository_id, name, repository, schedule, next_at)
SELECT $1, name, $2, schedule, "nextAt" FROM given
ON CONFLICT (repository_id, name) DO UPDATE SET
  repository = excluded.repository, schedule = excluded.schedule,
  next_at = CASE WHEN s.schedule = excluded.schedule THEN s.next_at ELSE excluded.next_at END,
  not_before = CASE WHEN s.schedule = excluded.schedule THEN s.not_before END`;

export const IS_DUE_SCHEDULE =
  'next_at <= clock_timestamp() AND (not_before IS NULL OR not_before <= clock_timestamp())';

/** The rows behind the one that $2 to $4 name. */
const DUE = `
SELECT ${COLUMNS} FROM schedules
WHERE ${IS_DUE_SCHEDULE}
  AND (next_at, repository_id, name) > ($2, $3, $4)
ORDER BY next_at, repository_id, name LIMIT $1`;

/** What another version wrote, and this one can't read, is none of its work. */
const readable = (rows: unknown[]): ScheduledWork[] =>
  rows.flatMap(row => Row.safeParse(row).data ?? []);

export function createSchedules(pool: pg.Pool): KnownSchedules {
  return {
    async replace(repository, all) {
      await pool.query(REPLACE, [repository.id, JSON.stringify(repository), JSON.stringify(all)]);
    },
    async due(limit) {
      const due: ScheduledWork[] = [];
      let last: unknown[] = ['-infinity', 0, ''];
      for (;;) {
        const { rows } = await pool.query(DUE, [limit, ...last]);
        due.push(...readable(rows));
        const end = rows.at(-1);
        if (due.length >= limit || rows.length < limit) return due.slice(0, limit);
        last = [end.nextAt, end.repositoryId, end.name];
      }
    },
    async settle({ repository, name, nextAt: was }, { nextAt, note }) {
      await pool.query(
        `UPDATE schedules SET next_at = $4, last_at = $3, note = $5, not_before = NULL
         WHERE repository_id = $1 AND name = $2 AND next_at = $3`,
        [repository.id, name, was, nextAt, note],
      );
    },
    async putOff({ repository, name, nextAt: was }, until) {
      await pool.query(
        `UPDATE schedules SET not_before = $4
         WHERE repository_id = $1 AND name = $2 AND next_at = $3`,
        [repository.id, name, was, until],
      );
    },
    async list() {
      const all = `SELECT ${COLUMNS} FROM schedules ORDER BY next_at, repository_id, name`;
      return readable((await pool.query(all)).rows);
    },
  };
}
