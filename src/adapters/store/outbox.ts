/** The outbox: effects that are open, as the last append of their stream left them in its row. */
import type pg from 'pg';
import { Effect } from '../../core/effect.ts';
import { type StreamKind, streamName } from '../../core/stream.ts';
import type { Outbox } from '../../engine/ports/event-log.ts';

const FIND = 'SELECT open FROM streams WHERE kind = $1 AND id = $2';

// Whoever performs an effect holds the lease of this name.
const HELD = `SELECT name FROM leases WHERE until > now() AND starts_with(name, 'effect:')`;

const DUE = `
SELECT kind, id, open, now() FROM streams
WHERE open_since IS NOT NULL AND due_at <= now()
ORDER BY open_since LIMIT $1`;

type Row = { kind: StreamKind; id: string; open: string; now: Date };

export function createOutbox(pool: pg.Pool): Outbox {
  return {
    async find({ kind, id }, key) {
      const values = [kind, id];
      const { rows } = await pool.query<Row>({ name: 'find', text: FIND, values });
      return effectsIn(rows[0]?.open ?? '[]').find(effect => effect.key === key) ?? null;
    },
    async due(limit) {
      const held = await pool.query<{ name: string }>({ name: 'held effects', text: HELD });
      const names = new Set(held.rows.map(({ name }) => name));
      // Streams of which all that is due is held take nobody's place.
      const values = [limit + names.size];
      const { rows } = await pool.query<Row>({ name: 'due', text: DUE, values });
      const due = rows.flatMap(({ kind, id, open, now }) => {
        const stream = { kind, id };
        return effectsIn(open)
          .filter(({ notBefore }) => notBefore === null || Date.parse(notBefore) <= now.getTime())
          .filter(({ key }) => !names.has(`effect:${streamName(stream)}:${key}`))
          .map(effect => ({ stream, effect }));
      });
      return due.slice(0, limit);
    },
  };
}

/** Oldest first. */
const effectsIn = (open: string): Effect[] =>
  (JSON.parse(open) as unknown[])
    .map(effect => Effect.parse(effect))
    .sort((a, b) => a.since - b.since);

/** Effects as their stream's row keeps them: JSON, and when the first is due; `null`: none is open. */
export type OutboxRow = { open: string; dueAt: string | null };

export function outboxRow(open: Effect[]): OutboxRow {
  // Times in ISO 8601 sort as text, and before all of them what has none: it is due whatever a clock says.
  const [first] = open.map(({ notBefore }) => notBefore ?? '').sort();
  return { open: JSON.stringify(open), dueAt: first === '' ? '-infinity' : (first ?? null) };
}
