/**
 * The statement of appends: one for all of a batch, so that they are one transaction and one round
 * trip. It holds only the parts that some append of the batch needs, because each costs whether or
 * not it finds anything to do. Every row says by `i` which append it belongs to.
 */
import type { StoredEvent } from '../../core/event.ts';
import type { StreamRef } from '../../core/stream.ts';
import type { Fence, TaskRow } from '../../engine/ports/event-log.ts';
import { OVER } from './leases.ts';
import type { OutboxRow } from './outbox.ts';
import { taskColumns } from './tasks.ts';

export type Writes = {
  stream: StreamRef;
  expected: number;
  events: StoredEvent[];
  bodies: string[];
  /** JSON of the state; `null` leaves the one that is there. */
  folded: string | null;
  /** Bytes of events since that one. */
  behind: number;
  fence: Fence | null;
  outbox: OutboxRow;
  task: TaskRow | null;
};

export type Statement = { name: string; text: string; values: unknown[] };

/** Of each append: whether it was written; where not, whether its lease still stood. */
export type Appended = { i: number; appended: boolean; allowed: boolean };

type Parts = Record<string, string>;
/** Rows as a table expression: one parameter, of JSON. */
type Table = (columns: string, rows: object[]) => string;

/** The streams of a batch differ from each other. */
export function appendStatement(batch: Writes[]): Statement {
  const values: unknown[] = [];
  const table: Table = (columns, rows) =>
    `json_to_recordset($${values.push(JSON.stringify(rows))}::json) AS t(${columns})`;
  const deps: Parts = { given: givenPart(batch, values) };
  const fenced = batch.some(({ fence }) => fence);
  if (fenced)
    // The lease's row stays locked until the commit: nobody gets a new epoch in between.
    deps.fence = `
  SELECT g.i FROM given g JOIN leases l ON l.name = g.lease AND l.epoch = g.epoch
  WHERE l.until > clock_timestamp() FOR SHARE OF l`;
  deps.allowed = fenced
    ? 'SELECT * FROM given WHERE lease IS NULL OR i IN (SELECT i FROM fence)'
    : 'SELECT * FROM given';
  Object.assign(deps, headParts(batch), { written: eventsPart(batch, table) });
  if (batch.some(({ fence }) => fence?.release))
    deps.released = `
  UPDATE leases l SET until = ${OVER} FROM head h
  WHERE h.release AND l.name = h.lease AND l.epoch = h.epoch`;
  if (batch.some(({ task }) => task)) deps.indexed = indexedPart(batch, table);
  const queries = Object.entries(deps).map(([name, query]) => `${name} AS (${query}\n)`);
  return {
    // One text has one name: the parts in it. PostgreSQL tells names apart by 63 letters.
    name: `append ${Object.keys(deps)
      .map(name => name.slice(0, 3))
      .join(' ')}`,
    text: `WITH ${queries.join(', ')}
SELECT i, i IN (SELECT i FROM head) AS appended, i IN (SELECT i FROM allowed) AS allowed FROM given`,
    values,
  };
}

const GIVEN = {
  i: 'int',
  kind: 'text',
  id: 'text',
  expected: 'int',
  version: 'int',
  hash: 'text',
  folded: 'text',
  behind: 'int',
  open: 'text',
  due_at: 'timestamptz',
  lease: 'text',
  epoch: 'bigint',
  release: 'bool',
};

/**
 * As arrays, which PostgreSQL takes for ten rows. A JSON value it takes for a hundred, and for so many
 * it would read all of `streams`.
 */
function givenPart(batch: Writes[], values: unknown[]): string {
  const rows = batch.map(({ stream, expected, events, folded, behind, outbox, fence }, i) => ({
    i,
    kind: stream.kind,
    id: stream.id,
    expected,
    version: events.at(-1)?.seq,
    hash: events.at(-1)?.hash,
    folded,
    behind,
    open: outbox.open,
    due_at: outbox.dueAt,
    lease: fence?.lease,
    epoch: fence?.epoch,
    release: fence?.release ?? false,
  }));
  const columns = Object.keys(GIVEN) as (keyof typeof GIVEN)[];
  const arrays = columns.map(
    name => `$${values.push(rows.map(row => row[name]))}::${GIVEN[name]}[]`,
  );
  return `SELECT * FROM unnest(${arrays.join(', ')}) AS t(${columns.join(', ')})`;
}

/** Whoever comes second waits on the stream's row and then finds another version there. */
function headParts(batch: Writes[]): Parts {
  const deps: Parts = {};
  if (batch.some(({ expected }) => expected === 0))
    deps.created = `
  INSERT INTO streams (kind, id, version, hash, folded, open, open_since, due_at)
  SELECT kind, id, version, hash, folded, open, CASE WHEN due_at IS NOT NULL THEN now() END, due_at
  FROM allowed WHERE expected = 0
  ON CONFLICT DO NOTHING
  RETURNING kind, id`;
  if (batch.some(({ expected }) => expected > 0))
    deps.advanced = `
  UPDATE streams s
  SET version = g.version, hash = g.hash, behind = g.behind, folded = coalesce(g.folded, s.folded),
    open = g.open, due_at = g.due_at,
    open_since = CASE WHEN g.due_at IS NOT NULL THEN coalesce(s.open_since, now()) END
  FROM allowed g
  WHERE g.expected > 0 AND s.kind = g.kind AND s.id = g.id AND s.version = g.expected
  RETURNING s.kind, s.id`;
  const heads = Object.keys(deps).map(name => `SELECT kind, id FROM ${name}`);
  deps.head = `SELECT g.* FROM allowed g JOIN (${heads.join(' UNION ALL ')}) AS h USING (kind, id)`;
  return deps;
}

const EVENT = 'i int, seq int, type text, v int, at text, body text, prev text, hash text';

function eventsPart(batch: Writes[], table: Table): string {
  const rows = batch.flatMap(({ events, bodies }, i) =>
    events.map(({ seq, type, v, at, prev, hash }, index) => {
      const body = bodies[index];
      return { i, seq, type, v, at, body, prev, hash };
    }),
  );
  return `
  INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash)
  SELECT h.kind, h.id, t.seq, t.type, t.v, t.at, t.body, t.prev, t.hash
  FROM ${table(EVENT, rows)} JOIN head h USING (i)`;
}

function indexedPart(batch: Writes[], table: Table): string {
  const rows = batch.flatMap(({ task }, i) => (task ? [{ i, task: taskColumns(task) }] : []));
  return `
  INSERT INTO tasks
  SELECT r.* FROM ${table('i int, task json', rows)} JOIN head h USING (i),
    json_populate_record(NULL::tasks, t.task) AS r
  ON CONFLICT (id) DO UPDATE SET
    repository_id = excluded.repository_id, repository = excluded.repository, issue = excluded.issue,
    pull = excluded.pull, branch = excluded.branch, command = excluded.command,
    title = excluded.title, status = excluded.status, requester = excluded.requester,
    open = excluded.open, created_at = excluded.created_at, updated_at = excluded.updated_at`;
}
