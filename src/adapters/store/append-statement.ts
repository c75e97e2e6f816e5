/**
 * The statement of an append: one, so that it is one transaction and one round trip. It holds only the
 * parts that this append needs, because each costs whether or not it finds anything to do.
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

export function appendStatement(writes: Writes): Statement {
  const values: unknown[] = [];
  const $ = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
  const { stream, fence, staying, opened, task } = writes;
  const at = { kind: $(stream.kind, 'text'), id: $(stream.id, 'text') };
  const parts: Record<string, string> = {};
  // The lease's row stays locked until the commit: nobody gets a new epoch in between.
  if (fence)
    parts.fence = `
  SELECT FROM leases
  WHERE name = ${$(fence.lease, 'text')} AND epoch = ${$(fence.epoch, 'bigint')} AND until > clock_timestamp()
  FOR SHARE`;
  parts[writes.expected === 0 ? 'created' : 'advanced'] = headPart(writes, at, $);
  const head = writes.expected === 0 ? 'created' : 'advanced';
  parts.written = eventsPart(writes, at, head, $);
  if (staying)
    parts.settled = `
  DELETE FROM effects
  WHERE stream_kind = ${at.kind} AND stream_id = ${at.id} AND key <> ALL (${$(staying, 'text[]')})
    AND EXISTS (SELECT FROM ${head})`;
  if (opened.length > 0) parts.opened = openedPart(writes, at, head, $);
  if (fence?.release)
    parts.released = `
  UPDATE leases SET until = clock_timestamp()
  WHERE name = ${$(fence.lease, 'text')} AND epoch = ${$(fence.epoch, 'bigint')} AND EXISTS (SELECT FROM ${head})`;
  if (task) parts.indexed = indexedPart(task, head, $);
  const queries = Object.entries(parts).map(([name, query]) => `${name} AS (${query}\n)`);
  return {
    // One text has one name: the parts in it, and whether the state is one of them.
    // PostgreSQL tells no longer names apart than 63 letters.
    name: `append ${initials(parts)}${writes.folded === null ? '' : ' folded'}`,
    text: `WITH ${queries.join(', ')}
SELECT EXISTS (SELECT FROM ${head}) AS appended, ${fence ? 'EXISTS (SELECT FROM fence)' : 'true'} AS allowed`,
    values,
  };
}

const initials = (parts: object) =>
  Object.keys(parts)
    .map(name => name.slice(0, 3))
    .join(' ');

type Place = { kind: string; id: string };
type Value = (value: unknown, type: string) => string;

/** Whoever comes second waits on the stream's row and then finds another version there. */
function headPart(writes: Writes, at: Place, $: Value): string {
  const { expected, events, folded, behind, fence } = writes;
  const last = events.at(-1);
  const [version, hash] = [$(last?.seq, 'int'), $(last?.hash, 'text')];
  const allowed = fence ? 'EXISTS (SELECT FROM fence)' : 'true';
  if (expected === 0)
    return `
  INSERT INTO streams (kind, id, version, hash, folded)
  SELECT ${at.kind}, ${at.id}, ${version}, ${hash}, ${$(folded, 'text')} WHERE ${allowed}
  ON CONFLICT DO NOTHING
  RETURNING kind`;
  return `
  UPDATE streams
  SET version = ${version}, hash = ${hash}, behind = ${$(behind, 'int')}${folded === null ? '' : `, folded = ${$(folded, 'text')}`}
  WHERE kind = ${at.kind} AND id = ${at.id} AND version = ${$(expected, 'int')} AND ${allowed}
  RETURNING kind`;
}

function eventsPart({ events, bodies }: Writes, at: Place, head: string, $: Value): string {
  const column = (name: keyof StoredEvent, type: string) =>
    $(
      events.map(event => event[name]),
      type,
    );
  const columns = [
    ...[column('seq', 'int[]'), column('type', 'text[]'), column('v', 'int[]')],
    ...[column('at', 'text[]'), $(bodies, 'text[]'), column('prev', 'text[]')],
    column('hash', 'text[]'),
  ];
  return `
  INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash)
  SELECT ${at.kind}, ${at.id}, e.* FROM ${head}, unnest(${columns.join(', ')}) AS e`;
}

/** An effect that an older event opened keeps that event's time: the table says it. */
function openedPart({ events, opened }: Writes, at: Place, head: string, $: Value): string {
  const timeOf = ({ since }: Effect) => events.find(({ seq }) => seq === since)?.at ?? null;
  const effects = opened.map(({ effect }) => effect);
  const columns = [
    $(
      effects.map(({ key }) => key),
      'text[]',
    ),
    $(
      opened.map(({ body }) => body),
      'text[]',
    ),
    $(
      effects.map(({ notBefore }) => notBefore),
      'timestamptz[]',
    ),
    $(
      effects.map(({ since }) => since),
      'int[]',
    ),
    $(effects.map(timeOf), 'timestamptz[]'),
  ];
  return `
  INSERT INTO effects (stream_kind, stream_id, key, body, not_before, opened_at)
  SELECT ${at.kind}, ${at.id}, o.key, o.body, o.not_before, coalesce(
    o.opened_at,
    (SELECT at::timestamptz FROM events WHERE stream_kind = ${at.kind} AND stream_id = ${at.id} AND seq = o.since)
  )
  FROM ${head}, unnest(${columns.join(', ')}) AS o(key, body, not_before, since, opened_at)
  ON CONFLICT (stream_kind, stream_id, key) DO UPDATE
  SET body = excluded.body, not_before = excluded.not_before, opened_at = excluded.opened_at
  WHERE effects.body <> excluded.body`;
}

function indexedPart(task: TaskRow, head: string, $: Value): string {
  return `
  INSERT INTO tasks
  SELECT t.* FROM ${head}, json_populate_record(NULL::tasks, ${$(JSON.stringify(taskColumns(task)), 'json')}) AS t
  ON CONFLICT (id) DO UPDATE SET
    repository_id = excluded.repository_id, repository = excluded.repository, issue = excluded.issue,
    pull = excluded.pull, branch = excluded.branch, command = excluded.command,
    title = excluded.title, status = excluded.status, requester = excluded.requester,
    open = excluded.open, created_at = excluded.created_at, updated_at = excluded.updated_at`;
}
