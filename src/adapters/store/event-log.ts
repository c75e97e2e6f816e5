/** The event log on PostgreSQL. */
import type pg from 'pg';
import type { StreamRef } from '../../core/stream.ts';
import type { EventLog } from '../../engine/ports/event-log.ts';
import { createAppend } from './append.ts';
import { eventOf } from './event-body.ts';
import type { PrismaClient } from './generated/client.ts';
import { createRebuild } from './rebuild.ts';

const PAGE = 500;
/** What a stream without events has for a hash (`engine/chain.ts`). */
const GENESIS = `sha256:${'0'.repeat(64)}`;

// A stream whose events or whose head vanished is named all the same, so that it is looked at.
const STREAMS = `
SELECT kind, id FROM (
  SELECT stream_kind AS kind, stream_id AS id FROM events WHERE seq = 1
  UNION SELECT kind, id FROM streams
) AS known
WHERE (kind, id) > ($1, $2) ORDER BY kind, id LIMIT ${PAGE}`;

export function createEventLog(prisma: PrismaClient, pool: pg.Pool): EventLog {
  return {
    async load(stream) {
      const head = await prisma.stream.findUnique({ where: { kind_id: stream } });
      if (!head) return { stream, version: 0, hash: GENESIS, folded: null };
      return { stream, version: head.version, hash: head.hash, folded: JSON.parse(head.folded) };
    },
    append: createAppend(pool),
    async *read(stream, after = 0) {
      for (let last = after; ; ) {
        const rows = await prisma.event.findMany({
          where: { streamKind: stream.kind, streamId: stream.id, seq: { gt: last } },
          orderBy: { seq: 'asc' },
          take: PAGE,
        });
        for (const row of rows) yield eventOf(row);
        if (rows.length < PAGE) return;
        last = rows.at(-1)?.seq ?? last;
      }
    },
    async *streams() {
      let after = ['', ''];
      for (;;) {
        const { rows } = await pool.query<StreamRef>(STREAMS, after);
        yield* rows;
        const last = rows.at(-1);
        if (!last || rows.length < PAGE) return;
        after = [last.kind, last.id];
      }
    },
    rebuild: createRebuild(prisma),
  };
}
