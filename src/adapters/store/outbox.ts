/** The outbox: effects that are open, as the last append of their stream left them. */
import type pg from 'pg';
import { Effect } from '../../core/effect.ts';
import type { StreamKind } from '../../core/stream.ts';
import type { Outbox } from '../../engine/ports/event-log.ts';

const FIND = 'SELECT body FROM effects WHERE stream_kind = $1 AND stream_id = $2 AND key = $3';

// Whoever performs an effect holds the lease of this name.
const DUE = `
SELECT stream_kind AS kind, stream_id AS id, body FROM effects
WHERE (not_before IS NULL OR not_before <= now()) AND NOT EXISTS (
  SELECT FROM leases
  WHERE name = 'effect:' || stream_kind || '/' || stream_id || ':' || key AND until > now()
)
ORDER BY opened_at LIMIT $1`;

export function createOutbox(pool: pg.Pool): Outbox {
  return {
    async find({ kind, id }, key) {
      const values = [kind, id, key];
      const { rows } = await pool.query<{ body: string }>({ name: 'find', text: FIND, values });
      return rows[0] ? Effect.parse(JSON.parse(rows[0].body)) : null;
    },
    async due(limit) {
      const { rows } = await pool.query<{ kind: StreamKind; id: string; body: string }>({
        name: 'due',
        text: DUE,
        values: [limit],
      });
      return rows.map(({ kind, id, body }) => ({
        stream: { kind, id },
        effect: Effect.parse(JSON.parse(body)),
      }));
    },
  };
}
