/** The requests for approval: one row each, which the inbox reads. */
import type pg from 'pg';
import type {
  ApprovalIndex,
  ApprovalRow,
  InboxList,
  InboxRow,
} from '../../../engine/ports/approval-index.ts';

/** Whether a request is none of the person's own work, or is in a repository, of these, where that counts. */
const notOwn = (repositories: string): string =>
  `(NOT $2::bigint = ANY (own) OR repository_id = ANY (${repositories}::bigint[]))`;

/** Of one repository's requests in the index's order, so that no list is sorted as a whole. */
const CONDITIONS: Readonly<Record<InboxList | 'raises', string>> = {
  waiting: 'waiting AND $2::bigint IS NOT NULL',
  mine: `waiting AND NOT $2::bigint = ANY (aside) AND ${notOwn('$7')} AND NOT $2::bigint = ANY (answered)`,
  aside: 'waiting AND $2::bigint = ANY (aside)',
  raises: "waiting AND action = 'budget.raise' AND $2::bigint IS NOT NULL",
  decided: 'NOT waiting AND $2::bigint IS NOT NULL',
};

function listText(list: InboxList | 'raises'): string {
  const [order, beyond] = list === 'decided' ? ['DESC', '<'] : ['ASC', '>'];
  const ordered = ['changed_at', 'task', 'approval'].map(name => `${name} ${order}`).join(', ');
  return `
SELECT a.*, t.repository, t.title, t.command, t.requester, t.issue, t.pull
FROM (
  SELECT of_one.* FROM unnest($1::bigint[]) AS r(id) CROSS JOIN LATERAL (
    SELECT * FROM approvals
    WHERE repository_id = r.id AND ${CONDITIONS[list]}
      AND ($3::timestamptz IS NULL OR (changed_at, task, approval) ${beyond} ($3, $4::text, $5::text))
    ORDER BY ${ordered} LIMIT $6
  ) AS of_one
  ORDER BY ${ordered} LIMIT $6
) AS a JOIN tasks t ON t.id = a.task
ORDER BY ${ordered}`;
}

const COUNT = `
SELECT count(*)::int AS waiting,
  count(*) FILTER (WHERE $2::bigint = ANY (aside))::int AS aside,
  count(*) FILTER (WHERE repository_id = ANY ($3::bigint[]) AND NOT $2::bigint = ANY (aside)
    AND ${notOwn('$4')} AND NOT $2::bigint = ANY (answered))::int AS mine
FROM approvals WHERE waiting AND repository_id = ANY ($1::bigint[])`;

const WITH_OWN_WORK = `
SELECT DISTINCT a.repository_id AS id, t.repository AS name
FROM approvals a JOIN tasks t ON t.id = a.task
WHERE a.waiting AND a.repository_id = ANY ($2::bigint[]) AND $1::bigint = ANY (a.own)`;

/** As the database has it. */
type ListedRow = Omit<InboxRow, 'requestedAt' | 'changedAt' | 'aside' | 'answered'> & {
  aside: string[];
  answered: string[];
  requested_at: Date;
  changed_at: Date;
};

/** No account has this id: nothing is put aside or answered by it. */
const NOBODY = 0;

export function createApprovalIndex(pool: pg.Pool): ApprovalIndex {
  return {
    async withOwnWork(person, repositories) {
      const { rows } = await pool.query<{ id: string; name: string }>({
        name: 'inbox own work',
        text: WITH_OWN_WORK,
        values: [person, repositories],
      });
      return rows.map(({ id, name }) => ({ id: Number(id), name }));
    },
    async list({ list, person, readable, answerable, ownCounts, after, limit }) {
      const answers = new Set(answerable);
      const repositories = list === 'mine' ? readable.filter(id => answers.has(id)) : readable;
      if ((list === 'mine' || list === 'aside') && person === null) return [];
      const place = [after?.changedAt ?? null, after?.task ?? '', after?.approval ?? ''];
      const { rows } = await pool.query<ListedRow>({
        name: `inbox ${list}`,
        text: listText(list),
        values: [
          ...[repositories, person ?? NOBODY, ...place, limit],
          ...(list === 'mine' ? [ownCounts] : []),
        ],
      });
      return rows.map(toRow);
    },
    async count({ person, readable, answerable, ownCounts }) {
      const { rows } = await pool.query<{ mine: number; waiting: number; aside: number }>({
        name: 'inbox counts',
        text: COUNT,
        values: [readable, person ?? NOBODY, person === null ? [] : answerable, ownCounts],
      });
      return rows[0] ?? { mine: 0, waiting: 0, aside: 0 };
    },
  };
}

const toRow = (row: ListedRow): InboxRow => ({
  task: row.task,
  approval: row.approval,
  waiting: row.waiting,
  status: row.status,
  gate: row.gate,
  action: row.action,
  resource: row.resource,
  head: row.head,
  digest: row.digest,
  reason: row.reason,
  approvers: row.approvers,
  quorum: row.quorum,
  by: row.by,
  aside: row.aside.map(Number),
  answered: row.answered.map(Number),
  requestedAt: row.requested_at.toISOString(),
  changedAt: row.changed_at.toISOString(),
  repository: row.repository,
  title: row.title,
  command: row.command,
  requester: row.requester,
  issue: row.issue,
  pull: row.pull,
});

/** PostgreSQL's text can't contain NUL, nor half a character. */
export function storable(row: ApprovalRow): ApprovalRow {
  const text = (value: string) => value.toWellFormed().replaceAll('\0', '\uFFFD');
  return { ...row, resource: text(row.resource), reason: text(row.reason) };
}

/** The row with the names of its columns. */
export function approvalColumns(row: ApprovalRow) {
  const { repositoryId, requestedAt, changedAt, ...same } = storable(row);
  return {
    ...same,
    repository_id: repositoryId,
    requested_at: requestedAt,
    changed_at: changedAt,
  };
}
