/** Pages of the task index in PostgreSQL. What may not be seen is left out by the query itself. */

import type pg from 'pg';
import { keysOf } from '../../../core/keys-of.ts';
import type { TaskRow } from '../../../engine/ports/event-log.ts';
import type {
  TaskFilter,
  TaskPageQuery,
  TaskPages,
  TaskSort,
} from '../../../engine/ports/task-pages.ts';

const COLUMNS = `id, repository_id AS "repositoryId", repository, issue, pull, head, branch, command, title,
  status, requester, origin, origin_key AS "originKey", waits_on AS "waitsOn",
  waits_since AS "waitsSince", reason, open, created_at AS "createdAt", updated_at AS "updatedAt"`;

const ORDERS: Record<TaskSort, { column: string; newestFirst: boolean }> = {
  created: { column: 'created_at', newestFirst: true },
  updated: { column: 'updated_at', newestFirst: true },
  waiting: { column: 'waits_since', newestFirst: false },
};

/** Nothing is stuck that has moved within these, however short such work is elsewhere; checks take their time. */
const LONG = "interval '15 minutes'";
const LONG_AT_GITHUB = "interval '2 hours'";
/** How long nearly all runs took of late, by repository. */
const USUAL = `WITH usual AS MATERIALIZED (
  SELECT repository_id, percentile_disc(0.95) WITHIN GROUP (ORDER BY ms) * interval '1 millisecond' AS took
  FROM (SELECT repository_id, ms FROM run_records ORDER BY ended_at DESC LIMIT 2000) AS latest
  GROUP BY repository_id
)`;

/** As in the migration: the characters of a title that are looked through, the most that GitHub lets one have. */
const INDEXED = 256;

/** What is compared with a filter's value; the text of a name in whatever case. */
const CONDITIONS: Record<Exclude<keyof TaskFilter, 'open'>, (value: string) => string> = {
  repository: value => `lower(repository) = lower(${value})`,
  waitsOn: value => `waits_on = ${value}`,
  status: value => `status = ${value}`,
  command: value => `command = ${value}`,
  requester: value => `lower(requester) = lower(${value})`,
  origin: value => `origin = ${value}`,
  issue: value => `issue = ${value}`,
  pull: value => `pull = ${value}`,
  number: value => `(issue = ${value} OR pull = ${value})`,
  stuck: value => `${value} = (open AND waits_on <> 'person' AND greatest(updated_at, waits_since)
    < clock_timestamp() - greatest(CASE waits_on WHEN 'github' THEN ${LONG_AT_GITHUB} ELSE ${LONG} END,
      2 * (SELECT usual.took FROM usual WHERE usual.repository_id = tasks.repository_id)))`,
  text: value =>
    `(length(${value}::text) < 2 OR text_parts(left(title, ${INDEXED})) @> text_parts(${value}::text))
     AND strpos(lower(left(title, ${INDEXED})), lower(${value})) > 0`,
};

/**
 * Of each name one step of an index for each repository that had it, however many tasks it has. A repository
 * has the name of its latest task: what was renamed goes by its former name no longer.
 */
const NAMED = `
WITH RECURSIVE found AS (
  SELECT name, (
    SELECT min(repository_id) FROM tasks WHERE lower(repository) = name
  ) AS id FROM unnest($1::text[]) AS name
  UNION ALL
  SELECT name, (
    SELECT min(repository_id) FROM tasks WHERE lower(repository) = name AND repository_id > found.id
  ) FROM found WHERE id IS NOT NULL
)
SELECT DISTINCT name, id FROM found WHERE id IS NOT NULL AND name = (
  SELECT lower(repository) FROM tasks WHERE repository_id = found.id
  ORDER BY created_at DESC, id DESC LIMIT 1
)`;

/** One step of an index for each repository. */
const ALL = `
WITH RECURSIVE found AS (
  SELECT min(repository_id) AS id FROM tasks
  UNION ALL
  SELECT (SELECT min(repository_id) FROM tasks WHERE repository_id > found.id)
  FROM found WHERE id IS NOT NULL
)
SELECT id FROM found WHERE id IS NOT NULL`;

const LATEST = `
SELECT latest.* FROM unnest($1::bigint[]) AS of(repository) CROSS JOIN LATERAL (
  SELECT ${COLUMNS} FROM tasks WHERE repository_id = of.repository
  ORDER BY created_at DESC, id DESC LIMIT 1
) AS latest`;

type Row = Omit<TaskRow, 'repositoryId' | 'waitsSince' | 'createdAt' | 'updatedAt'> & {
  repositoryId: string;
  waitsSince: Date;
  createdAt: Date;
  updatedAt: Date;
};

export function createTaskPages(pool: pg.Pool): TaskPages {
  return {
    async page(query) {
      const { text, values } = statement(query);
      return (await pool.query<Row>(text, values)).rows.map(toTaskRow);
    },
    async find(id, repositoryIds) {
      const { rows } = await pool.query<Row>(
        `SELECT ${COLUMNS} FROM tasks WHERE id = $1 AND repository_id = ANY($2)`,
        [id, repositoryIds],
      );
      return rows[0] ? toTaskRow(rows[0]) : null;
    },
    async latestOf(repositoryIds) {
      return (await pool.query<Row>(LATEST, [repositoryIds])).rows.map(toTaskRow);
    },
    async repositoriesNamed(names) {
      const { rows } = await pool.query<{ name: string; id: string }>(NAMED, [
        names.map(name => name.toLowerCase()),
      ]);
      return rows.map(({ name, id }) => ({ name, id: Number(id) }));
    },
    async repositories() {
      const { rows } = await pool.query<{ id: string }>(ALL);
      return rows.map(({ id }) => Number(id));
    },
  };
}

/**
 * Open tasks and ended ones are read apart and put together, because the times by which they are sorted are
 * indexed of one or of the other. The time at which a task was made is indexed of all.
 */
function statement({
  repositoryIds,
  filter: { open, ...filter },
  sort,
  after,
  limit,
}: TaskPageQuery) {
  const values: unknown[] = [repositoryIds];
  const put = (value: unknown) => `$${values.push(value)}`;
  const { column, newestFirst } = ORDERS[sort];
  const where = ['repository_id = ANY($1::bigint[])'];
  for (const name of keysOf(CONDITIONS))
    if (filter[name] !== undefined) where.push(CONDITIONS[name](put(filter[name])));
  if (after !== null)
    where.push(
      `(${column}, id) ${newestFirst ? '<' : '>'} (${put(after.at)}::timestamptz, ${put(after.id)})`,
    );
  const direction = newestFirst ? 'DESC' : 'ASC';
  const page = `ORDER BY ${column} ${direction}, id ${direction} LIMIT ${put(limit)}`;
  const apart = sort === 'created' && open === undefined ? ['true'] : partsOf(open);
  const parts = apart.map(
    part => `(SELECT * FROM tasks WHERE ${[part, ...where].join(' AND ')} ${page})`,
  );
  const before = filter.stuck === undefined ? '' : USUAL;
  const text = `${before} SELECT ${COLUMNS} FROM (${parts.join(' UNION ALL ')}) AS found ${page}`;
  return { text, values };
}

const partsOf = (open: boolean | undefined): string[] =>
  open === undefined ? ['open', 'NOT open'] : [open ? 'open' : 'NOT open'];

const toTaskRow = ({ repositoryId, waitsSince, createdAt, updatedAt, ...same }: Row): TaskRow => ({
  ...same,
  repositoryId: Number(repositoryId),
  waitsSince: waitsSince.toISOString(),
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
