/** The outbox: effects that are open, as the last append of their stream left them in its row. */
import type pg from 'pg';
import type { Effect } from '../../core/effect.ts';
import { type StreamKind, streamName } from '../../core/stream.ts';
import type { OpenEffect, Outbox } from '../../engine/ports/event-log.ts';
import type { Leases } from '../../engine/ports/leases.ts';

const FIND = 'SELECT open FROM streams WHERE kind = $1 AND id = $2';

const DUE = `
SELECT kind, id, open, now() FROM streams
WHERE open_since IS NOT NULL AND due_at <= now()
ORDER BY open_since LIMIT $1`;

type Row = { kind: StreamKind; id: string; open: string; now: Date };
type Open = OpenEffect['effect'];

export function createOutbox(pool: pg.Pool, leases: Leases): Outbox {
  return {
    async find({ kind, id }, key) {
      const values = [kind, id];
      const { rows } = await pool.query<Row>({ name: 'find', text: FIND, values });
      return openIn(rows[0]?.open ?? '[]').find(effect => effect.key === key) ?? null;
    },
    async due(limit) {
      // Whoever performs an effect holds the lease of this name.
      const held = new Set(await leases.held('effect:'));
      // Streams of which all that is due is held take nobody's place.
      const values = [limit + held.size];
      const { rows } = await pool.query<Row>({ name: 'due', text: DUE, values });
      const due = rows.flatMap(({ kind, id, open, now }) => {
        const stream = { kind, id };
        return openIn(open)
          .filter(({ notBefore }) => notBefore === null || Date.parse(notBefore) <= now.getTime())
          .filter(({ key }) => !held.has(`effect:${streamName(stream)}:${key}`))
          .map(effect => ({ stream, effect }));
      });
      return due.slice(0, limit);
    },
  };
}

/** Oldest first. */
const openIn = (open: string): Open[] =>
  (JSON.parse(open) as Open[]).sort((a, b) => a.since - b.since);

/** Effects as their stream's row keeps them: JSON, and when the first is due; `null`: none is open. */
export type OutboxRow = { open: string; dueAt: string | null };

export function outboxRow(open: Effect[]): OutboxRow {
  // Times in ISO 8601 sort as text, and before all of them what has none: it is due whatever a clock says.
  const [first] = open.map(({ notBefore }) => notBefore ?? '').sort();
  return { open: JSON.stringify(open), dueAt: first === '' ? '-infinity' : (first ?? null) };
}
