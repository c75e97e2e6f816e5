/** The backlogs: one row each, which lists and the inbox read. */
import type pg from 'pg';
import type { BacklogIndex, BacklogRow } from '../../../engine/ports/backlog-index.ts';

/** Of one repository in the index's order, so that no list is sorted as a whole. */
const LIST = `
SELECT b.* FROM unnest($1::bigint[]) AS r(id) CROSS JOIN LATERAL (
  SELECT * FROM backlogs
  WHERE repository_id = r.id AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::text))
  ORDER BY created_at DESC, id DESC LIMIT $2
) AS b
ORDER BY created_at DESC, id DESC LIMIT $2`;

const WAITING = `
SELECT * FROM backlogs WHERE waits_since IS NOT NULL AND repository_id = ANY ($1::bigint[])
ORDER BY waits_since, id LIMIT $2`;

const COUNT = `
SELECT count(*)::int AS backlogs, min(waits_since) AS since
FROM backlogs WHERE waits_since IS NOT NULL`;

type ListedRow = Omit<
  BacklogRow,
  'repositoryId' | 'waitsSince' | 'createdAt' | 'endedAt' | 'stuckOn'
> & {
  repository_id: string;
  stuck_on: string[];
  waits_since: Date | null;
  created_at: Date;
  ended_at: Date | null;
};

export function createBacklogIndex(pool: pg.Pool): BacklogIndex {
  const rowsOf = async (name: string, text: string, values: unknown[]) =>
    (await pool.query<ListedRow>({ name, text, values })).rows.map(toRow);
  return {
    list: (repositories, { after, limit }) =>
      rowsOf('backlogs', LIST, [repositories, limit, after?.at ?? null, after?.id ?? '']),
    waiting: (repositories, limit) => rowsOf('backlogs that wait', WAITING, [repositories, limit]),
    async countWaiting() {
      const { rows } = await pool.query<{ backlogs: number; since: Date | null }>(COUNT);
      const [{ backlogs, since } = { backlogs: 0, since: null }] = rows;
      return { backlogs, since: since?.toISOString() ?? null };
    },
  };
}

const toRow = (row: ListedRow): BacklogRow => ({
  id: row.id,
  repositoryId: Number(row.repository_id),
  repository: row.repository,
  title: row.title,
  status: row.status,
  requester: row.requester,
  tracking: row.tracking,
  items: row.items,
  done: row.done,
  stuckOn: row.stuck_on,
  reason: row.reason,
  waitsSince: row.waits_since?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
});

/** PostgreSQL's text can't contain NUL, nor half a character. */
export function storableBacklog(row: BacklogRow): BacklogRow {
  const text = (value: string) => value.toWellFormed().replaceAll('\0', '\uFFFD');
  return { ...row, title: text(row.title), reason: text(row.reason) };
}

/** The row with the names of its columns. */
export function backlogColumns(row: BacklogRow) {
  const { repositoryId, stuckOn, waitsSince, createdAt, endedAt, ...same } = storableBacklog(row);
  return {
    ...same,
    repository_id: repositoryId,
    stuck_on: stuckOn,
    waits_since: waitsSince,
    created_at: createdAt,
    ended_at: endedAt,
  };
}
