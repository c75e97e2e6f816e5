/**
 * Appending: one statement, and so one transaction and one round trip, does all of it or nothing.
 * Whoever comes second waits on the stream's row and then finds another version there.
 */
import type pg from 'pg';
import type { Effect } from '../../core/effect.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { Append, AppendResult } from '../../engine/ports/event-log.ts';
import { bodyOf } from './event-body.ts';
import type { Left, States, Written } from './states.ts';
import { taskColumns } from './tasks.ts';

// The lease's row stays locked until the commit: nobody gets a new epoch in between.
const APPEND = `
WITH fence AS (
  SELECT FROM leases
  WHERE name = $17 AND epoch = $18 AND until > clock_timestamp()
  FOR SHARE
), allowed AS (
  SELECT WHERE $17::text IS NULL OR EXISTS (SELECT FROM fence)
), created AS (
  INSERT INTO streams (kind, id, version, hash, folded)
  SELECT $1, $2, $4, $5, $6::text FROM allowed WHERE $3::int = 0
  ON CONFLICT DO NOTHING
  RETURNING kind
), advanced AS (
  UPDATE streams SET version = $4, hash = $5, folded = coalesce($6, folded), behind = $19
  WHERE kind = $1 AND id = $2 AND version = $3::int AND $3::int > 0 AND EXISTS (SELECT FROM allowed)
  RETURNING kind
), head AS (
  SELECT FROM created UNION ALL SELECT FROM advanced
), written AS (
  INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash)
  SELECT $1, $2, e.* FROM head, unnest($7::int[], $8::text[], $9::int[], $10::text[], $11::text[], $12::text[], $13::text[]) AS e
), settled AS (
  DELETE FROM effects
  WHERE stream_kind = $1 AND stream_id = $2 AND key <> ALL ($14::text[]) AND EXISTS (SELECT FROM head)
), opened AS (
  INSERT INTO effects (stream_kind, stream_id, key, body, not_before, opened_at)
  SELECT $1, $2, o.key, o.body, o.not_before, coalesce(
    o.opened_at,
    (SELECT at::timestamptz FROM events WHERE stream_kind = $1 AND stream_id = $2 AND seq = o.since)
  )
  FROM head, json_to_recordset($15::json) AS o(key text, body text, not_before timestamptz, since int, opened_at timestamptz)
  ON CONFLICT (stream_kind, stream_id, key) DO UPDATE
  SET body = excluded.body, not_before = excluded.not_before, opened_at = excluded.opened_at
  WHERE effects.body <> excluded.body
), indexed AS (
  INSERT INTO tasks
  SELECT t.* FROM head, json_populate_recordset(NULL::tasks, $16::json) AS t
  ON CONFLICT (id) DO UPDATE SET
    repository_id = excluded.repository_id, repository = excluded.repository, issue = excluded.issue,
    pull = excluded.pull, branch = excluded.branch, command = excluded.command,
    title = excluded.title, status = excluded.status, requester = excluded.requester,
    open = excluded.open, created_at = excluded.created_at, updated_at = excluded.updated_at
)
SELECT EXISTS (SELECT FROM head) AS appended, EXISTS (SELECT FROM allowed) AS allowed`;

const UNIQUE_VIOLATION = '23505';

export function createAppend(
  pool: pg.Pool,
  states: States,
): (append: Append) => Promise<AppendResult> {
  return async append => {
    const { stream } = append;
    const { values, left, written } = parameters(append, states);
    for (;;) {
      try {
        const { rows } = await pool.query({ name: 'append', text: APPEND, values });
        if (rows[0].appended) {
          states.appended(stream, left, written);
          return { outcome: 'appended' };
        }
        return { outcome: rows[0].allowed ? 'conflict' : 'fenced' };
      } catch (error) {
        const { code, constraint } = error as { code?: string; constraint?: string };
        if (code !== UNIQUE_VIOLATION || constraint !== 'tasks_one_open_per_issue') throw error;
      }
      // The other task may end while we look: then there is room for ours.
      const { rows } = await pool.query(
        'SELECT id FROM tasks WHERE repository_id = $1 AND issue = $2 AND open',
        [append.task?.repositoryId, append.task?.issue],
      );
      if (rows[0]) return { outcome: 'taken', by: rows[0].id };
    }
  };
}

function parameters(
  { stream, expected, events, folded, open, task, fence }: Append,
  states: States,
): { values: unknown[]; left: Left; written: Written } {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) throw new Error(`append to ${stream.kind}/${stream.id}: no events`);
  for (const [index, { seq }] of events.entries())
    if (seq !== expected + index + 1)
      throw new Error(`append to ${stream.kind}/${stream.id}: ${seq} after ${expected + index}`);
  const column = <K extends keyof StoredEvent>(name: K) => events.map(event => event[name]);
  const bodies = events.map(bodyOf);
  const size = bodies.reduce((sum, body) => sum + body.length, 0);
  const { json, bytes, behind } = states.toWrite(stream, first.prev, folded, size);
  const effects = new Map(open.map(effect => [effect.key, JSON.stringify(effect)]));
  const row = JSON.stringify(task ? [taskColumns(task)] : []);
  // Where the append before was ours as well, only what changed since is written.
  const latest = states.latest(stream);
  const before = latest?.hash === first.prev ? latest : null;
  const changed = open.filter(({ key }) => before?.effects.get(key) !== effects.get(key));
  const values = [
    stream.kind,
    stream.id,
    expected,
    last.seq,
    last.hash,
    json,
    column('seq'),
    column('type'),
    column('v'),
    column('at'),
    bodies,
    column('prev'),
    column('hash'),
    open.map(({ key }) => key),
    JSON.stringify(changed.map(effect => effectColumns(effect, events))),
    before?.task === row ? '[]' : row,
    fence?.lease ?? null,
    fence?.epoch ?? null,
    behind,
  ];
  return {
    values,
    left: { folded, effects, task: row },
    written: { hash: last.hash, bytes, behind },
  };
}

/** An effect that an older event opened keeps that event's time: the table says it. */
function effectColumns(effect: Effect, events: StoredEvent[]) {
  return {
    key: effect.key,
    body: JSON.stringify(effect),
    not_before: effect.notBefore,
    since: effect.since,
    opened_at: events.find(({ seq }) => seq === effect.since)?.at ?? null,
  };
}
