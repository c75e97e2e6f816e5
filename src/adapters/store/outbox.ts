/** The outbox: the open effects of each stream, which every append writes to the stream's row. */
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

type StreamRow = { kind: StreamKind; id: string; open: string; now: Date };
type StoredEffect = OpenEffect['effect'];

export function createOutbox(pool: pg.Pool, leases: Leases): Outbox {
  return {
    async find({ kind, id }, key) {
      const values = [kind, id];
      const { rows } = await pool.query<StreamRow>({ name: 'find', text: FIND, values });
      return parseOpen(rows[0]?.open ?? '[]').find(effect => effect.key === key) ?? null;
    },
    async due(limit) {
      const ask = (most: number) =>
        pool.query<StreamRow>({ name: 'due', text: DUE, values: [most] });
      let { rows } = await ask(limit);
      // Mostly nothing is due, and then one question is enough.
      if (rows.length === 0) return [];
      // The process that performs an effect holds the lease of this name.
      const held = new Set(await leases.held('effect:'));
      // The streams may be ones whose due effects are all being performed, so more are asked for.
      if (rows.length === limit && held.size > 0) ({ rows } = await ask(limit + held.size));
      const due = rows.flatMap(({ kind, id, open, now }) => {
        const stream = { kind, id };
        return parseOpen(open)
          .filter(({ notBefore }) => notBefore === null || Date.parse(notBefore) <= now.getTime())
          .filter(({ key }) => !held.has(`effect:${streamName(stream)}:${key}`))
          .map(effect => ({ stream, effect }));
      });
      return due.slice(0, limit);
    },
  };
}

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
