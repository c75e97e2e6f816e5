/** The outbox: effects that are open, as the last append of their stream left them. */
import type pg from 'pg';
import { Effect } from '../../core/effect.ts';
import type { StreamKind } from '../../core/stream.ts';
import type { Outbox } from '../../engine/ports/event-log.ts';
import type { PrismaClient } from './generated/client.ts';

// Whoever performs an effect holds the lease of this name.
const DUE = `
SELECT stream_kind AS kind, stream_id AS id, body FROM effects
WHERE (not_before IS NULL OR not_before <= now()) AND NOT EXISTS (
  SELECT FROM leases
  WHERE name = 'effect:' || stream_kind || '/' || stream_id || ':' || key AND until > now()
)
ORDER BY opened_at LIMIT $1`;

export function createOutbox(prisma: PrismaClient, pool: pg.Pool): Outbox {
  return {
    async find({ kind, id }, key) {
      const row = await prisma.effect.findUnique({
        where: { streamKind_streamId_key: { streamKind: kind, streamId: id, key } },
      });
      return row && Effect.parse(JSON.parse(row.body));
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
