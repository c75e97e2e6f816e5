/**
 * The statement of appends: one for all of a batch, so that they are one transaction and one round
 * trip. It holds only the parts that some append of the batch needs, because each costs whether or
 * not it finds anything to do. Every row says by `i` which append it belongs to.
 */
import type { Effect } from '../../core/effect.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { StreamRef } from '../../core/stream.ts';
import type { Fence, TaskRow } from '../../engine/ports/event-log.ts';
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
  /** The keys that stay open where others may be in the outbox; `null`: none has to go. */
  staying: string[] | null;
  opened: { effect: Effect; body: string }[];
  task: TaskRow | null;
};

export type Statement = { name: string; text: string; values: unknown[] };

/** Of each append: whether it was written; where not, whether its lease still stood. */
export type Appended = { i: number; appended: boolean; allowed: boolean };

type Parts = Record<string, string>;
type Table = (columns: Record<string, string>, rows: unknown[][]) => string;

/** The streams of a batch differ from each other. */
export function appendStatement(batch: Writes[]): Statement {
  const values: unknown[] = [];
  /** Rows as a table expression: one array a column. */
  const table: Table = (columns, rows) => {
    const arrays = Object.values(columns).map((type, index) => {
      const at = values.push(rows.map(row => row[index]));
      return `$${at}::${type}[]`;
    });
    return `unnest(${arrays.join(', ')}) AS t(${Object.keys(columns).join(', ')})`;
  };
  const parts: Parts = { given: givenPart(batch, table) };
  const fenced = batch.some(({ fence }) => fence);
  if (fenced)
    // The lease's row stays locked until the commit: nobody gets a new epoch in between.
    parts.fence = `
  SELECT g.i FROM given g JOIN leases l ON l.name = g.lease AND l.epoch = g.epoch
  WHERE l.until > clock_timestamp() FOR SHARE OF l`;
  parts.allowed = fenced
    ? 'SELECT * FROM given WHERE lease IS NULL OR i IN (SELECT i FROM fence)'
    : 'SELECT * FROM given';
  Object.assign(parts, headParts(batch), { written: eventsPart(batch, table) });
  if (batch.some(({ staying }) => staying)) parts.settled = settledPart(batch, table);
  if (batch.some(({ opened }) => opened.length > 0)) parts.opened = openedPart(batch, table);
  if (batch.some(({ fence }) => fence?.release))
    parts.released = `
  UPDATE leases l SET until = clock_timestamp() FROM head h
  WHERE h.release AND l.name = h.lease AND l.epoch = h.epoch`;
  if (batch.some(({ task }) => task)) parts.indexed = indexedPart(batch, table);
  const queries = Object.entries(parts).map(([name, query]) => `${name} AS (${query}\n)`);
  return {
    // One text has one name: the parts in it. PostgreSQL tells names apart by 63 letters.
    name: `append ${Object.keys(parts)
      .map(name => name.slice(0, 3))
      .join(' ')}`,
    text: `WITH ${queries.join(', ')}
SELECT i, i IN (SELECT i FROM head) AS appended, i IN (SELECT i FROM allowed) AS allowed FROM given`,
    values,
  };
}

const GIVEN = {
  ...{ i: 'int', kind: 'text', id: 'text', expected: 'int', version: 'int', hash: 'text' },
  ...{ folded: 'text', behind: 'int', lease: 'text', epoch: 'bigint', release: 'bool' },
};

function givenPart(batch: Writes[], table: Table): string {
  const rows = batch.map(({ stream, expected, events, folded, behind, fence }, i) => [
    ...[i, stream.kind, stream.id, expected, events.at(-1)?.seq, events.at(-1)?.hash],
    ...[folded, behind, fence?.lease, fence?.epoch, fence?.release ?? false],
  ]);
  return `SELECT * FROM ${table(GIVEN, rows)}`;
}

/** Whoever comes second waits on the stream's row and then finds another version there. */
function headParts(batch: Writes[]): Parts {
  const parts: Parts = {};
  if (batch.some(({ expected }) => expected === 0))
    parts.created = `
  INSERT INTO streams (kind, id, version, hash, folded)
  SELECT kind, id, version, hash, folded FROM allowed WHERE expected = 0
  ON CONFLICT DO NOTHING
  RETURNING kind, id`;
  if (batch.some(({ expected }) => expected > 0))
    parts.advanced = `
  UPDATE streams s
  SET version = g.version, hash = g.hash, behind = g.behind, folded = coalesce(g.folded, s.folded)
  FROM allowed g
  WHERE g.expected > 0 AND s.kind = g.kind AND s.id = g.id AND s.version = g.expected
  RETURNING s.kind, s.id`;
  const heads = Object.keys(parts).map(name => `SELECT kind, id FROM ${name}`);
  parts.head = `SELECT g.* FROM allowed g JOIN (${heads.join(' UNION ALL ')}) AS h USING (kind, id)`;
  return parts;
}

function eventsPart(batch: Writes[], table: Table): string {
  const columns = {
    ...{ i: 'int', seq: 'int', type: 'text', v: 'int', at: 'text', body: 'text' },
    ...{ prev: 'text', hash: 'text' },
  };
  const rows = batch.flatMap(({ events, bodies }, i) =>
    events.map(({ seq, type, v, at, prev, hash }, index) => [
      ...[i, seq, type, v, at, bodies[index], prev, hash],
    ]),
  );
  return `
  INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash)
  SELECT h.kind, h.id, t.seq, t.type, t.v, t.at, t.body, t.prev, t.hash
  FROM ${table(columns, rows)} JOIN head h USING (i)`;
}

/** Of each stream that some effects may have to leave, all but those that stay. */
function settledPart(batch: Writes[], table: Table): string {
  const rows = batch.flatMap(({ staying }, i) => (staying ? [[i, JSON.stringify(staying)]] : []));
  return `
  DELETE FROM effects f USING head h, ${table({ i: 'int', staying: 'json' }, rows)}
  WHERE t.i = h.i AND f.stream_kind = h.kind AND f.stream_id = h.id
    AND f.key NOT IN (SELECT json_array_elements_text(t.staying))`;
}

/** An effect that an older event opened keeps that event's time: the table says it. */
function openedPart(batch: Writes[], table: Table): string {
  const columns = {
    ...{ i: 'int', key: 'text', body: 'text', not_before: 'timestamptz', since: 'int' },
    ...{ opened_at: 'timestamptz' },
  };
  const rows = batch.flatMap(({ events, opened }, i) =>
    opened.map(({ effect: { key, notBefore, since }, body }) => [
      ...[i, key, body, notBefore, since, events.find(({ seq }) => seq === since)?.at],
    ]),
  );
  return `
  INSERT INTO effects (stream_kind, stream_id, key, body, not_before, opened_at)
  SELECT h.kind, h.id, t.key, t.body, t.not_before, coalesce(
    t.opened_at,
    (SELECT at::timestamptz FROM events e WHERE e.stream_kind = h.kind AND e.stream_id = h.id AND e.seq = t.since)
  )
  FROM ${table(columns, rows)} JOIN head h USING (i)
  ON CONFLICT (stream_kind, stream_id, key) DO UPDATE
  SET body = excluded.body, not_before = excluded.not_before, opened_at = excluded.opened_at
  WHERE effects.body <> excluded.body`;
}

function indexedPart(batch: Writes[], table: Table): string {
  const rows = batch.flatMap(({ task }, i) =>
    task ? [[i, JSON.stringify(taskColumns(task))]] : [],
  );
  return `
  INSERT INTO tasks
  SELECT r.* FROM ${table({ i: 'int', task: 'json' }, rows)} JOIN head h USING (i),
    json_populate_record(NULL::tasks, t.task) AS r
  ON CONFLICT (id) DO UPDATE SET
    repository_id = excluded.repository_id, repository = excluded.repository, issue = excluded.issue,
    pull = excluded.pull, branch = excluded.branch, command = excluded.command,
    title = excluded.title, status = excluded.status, requester = excluded.requester,
    open = excluded.open, created_at = excluded.created_at, updated_at = excluded.updated_at`;
}
