/** The outbox: the open effects of each stream, which every append writes to the stream's row. */
import type pg from 'pg';
import type { Effect } from '../../../core/effect.ts';
import { type StreamKind, type StreamRef, streamName } from '../../../core/stream.ts';
import type { OpenEffect, Outbox } from '../../../engine/ports/event-log.ts';
import type { Leases } from '../../../engine/ports/leases.ts';

const FIND = 'SELECT open FROM streams WHERE kind = $1 AND id = $2';

export const HAS_DUE_EFFECT = 'open_since IS NOT NULL AND due_at <= now()';

const DUE = `
SELECT kind, id, open, open_since AS "openSince", now() FROM streams
WHERE ${HAS_DUE_EFFECT} AND ($2::timestamptz IS NULL OR (open_since, kind, id) > ($2, $3, $4))
ORDER BY open_since, kind, id LIMIT $1`;

// A quote inside a text is escaped there, so only the name of a field matches.
const SHUT_OUT = `
SELECT kind, id FROM streams WHERE open_since IS NOT NULL AND open LIKE '%"shutOut":"%'
ORDER BY open_since LIMIT $1`;

const DELAYED = `
SELECT count(*)::int AS streams FROM (
  SELECT FROM streams WHERE open_since IS NOT NULL AND due_at > now() LIMIT $1
) AS later`;

// An effect is open since the event that opened it was recorded, and due then or later.
const OLDEST = `
SELECT max(extract(epoch FROM now() - greatest(e.recorded_at, asked.not_before)) * 1000)::float8 AS ms
FROM unnest($1::text[], $2::text[], $3::int[], $4::timestamptz[]) AS asked(kind, id, seq, not_before)
JOIN events e ON e.stream_kind = asked.kind AND e.stream_id = asked.id AND e.seq = asked.seq`;

type StreamRow = { kind: StreamKind; id: string; open: string; openSince: Date; now: Date };
type StoredEffect = OpenEffect['effect'];

export function createOutbox(pool: pg.Pool, leases: Leases): Outbox {
  const outbox: Outbox = {
    async find({ kind, id }, key) {
      const values = [kind, id];
      const { rows } = await pool.query<StreamRow>({ name: 'find', text: FIND, values });
      return parseOpen(rows[0]?.open ?? '[]').find(effect => effect.key === key) ?? null;
    },
    async due(limit, after = null) {
      const place = [after?.openSince, after?.stream.kind, after?.stream.id];
      const ask = (most: number) =>
        pool.query<StreamRow>({ name: 'due', text: DUE, values: [most, ...place] });
      let { rows } = await ask(limit);
      // Mostly nothing is due, and then one question is enough.
      if (rows.length === 0) return [];
      // The process that performs an effect holds the lease of this name.
      const held = new Set(await leases.held('effect:'));
      // The streams may be ones whose due effects are all being performed, so more are asked for.
      if (rows.length === limit && held.size > 0) ({ rows } = await ask(limit + held.size));
      const due = rows.map(({ kind, id, open, openSince, now }) => {
        const stream = { kind, id };
        return parseOpen(open)
          .filter(({ notBefore }) => notBefore === null || Date.parse(notBefore) <= now.getTime())
          .filter(({ key }) => !held.has(`effect:${streamName(stream)}:${key}`))
          .map(effect => ({ stream, openSince, effect }));
      });
      const found = due.filter(effects => effects.length > 0);
      return found.slice(0, limit).flat();
    },
    async shutOut(limit) {
      const { rows } = await pool.query<StreamRef>({
        name: 'shut_out',
        text: SHUT_OUT,
        values: [limit],
      });
      return rows;
    },
    async waiting(limit) {
      const due = await outbox.due(limit);
      const [delayed, oldest] = await Promise.all([
        pool.query<{ streams: number }>({ name: 'delayed', text: DELAYED, values: [limit] }),
        pool.query<{ ms: number | null }>({ name: 'oldest', text: OLDEST, values: columnsOf(due) }),
      ]);
      return {
        due: Math.min(due.length, limit),
        oldestMs: Math.max(0, oldest.rows[0]?.ms ?? 0),
        delayed: delayed.rows[0]?.streams ?? 0,
      };
    },
  };
  return outbox;
}

const columnsOf = (due: readonly OpenEffect[]) => [
  due.map(({ stream }) => stream.kind),
  due.map(({ stream }) => stream.id),
  due.map(({ effect }) => effect.since),
  due.map(({ effect }) => effect.notBefore),
];

/** The open effects, oldest first. */
const parseOpen = (open: string): StoredEffect[] =>
  (JSON.parse(open) as StoredEffect[]).sort((a, b) => a.since - b.since);

/** The columns of a stream's open effects: JSON, and when the first is due (`null` where none is open). */
export type OutboxRow = { open: string; dueAt: string | null };

export function outboxRow(open: Effect[]): OutboxRow {
  // Times in ISO 8601 sort as text. An effect without a time sorts first and is due at any time.
  const [first] = open.map(({ notBefore }) => notBefore ?? '').sort();
  return { open: JSON.stringify(open), dueAt: first === '' ? '-infinity' : (first ?? null) };
}
