/** The event log on PostgreSQL. */
import type pg from 'pg';
import type { StreamRef } from '../../core/stream.ts';
import type { EventLog } from '../../engine/ports/event-log.ts';
import { createAppend } from './append.ts';
import { eventOf } from './event-body.ts';
import type { PrismaClient } from './generated/client.ts';
import { createRebuild } from './rebuild.ts';
import { createStates, type Written } from './states.ts';

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

// A state that we have already is not sent again.
const LOAD = `
SELECT version, hash, CASE WHEN hash = $3 THEN NULL ELSE folded END AS folded,
  octet_length(folded) AS bytes, behind
FROM streams WHERE kind = $1 AND id = $2`;

type Head = { version: number; folded: string | null } & Written;

export function createEventLog(prisma: PrismaClient, pool: pg.Pool): EventLog {
  const states = createStates();
  const rebuild = createRebuild(prisma);
  return {
    recall: stream => states.latest(stream)?.folded ?? null,
    async load(stream) {
      const seen = states.latest(stream);
      const values = [stream.kind, stream.id, seen?.hash ?? ''];
      const { rows } = await pool.query<Head>({ name: 'load', text: LOAD, values });
      const [head] = rows;
      if (!head) return { stream, version: 0, hash: GENESIS, folded: null };
      const { version, hash, folded, bytes, behind } = head;
      // We may have appended while we asked.
      const ours = [seen, states.latest(stream)].find(latest => latest?.hash === hash);
      if (ours) return { stream, version, hash, folded: ours.folded };
      states.found(stream, { hash, bytes, behind });
      return { stream, version, hash, folded: JSON.parse(folded ?? 'null') };
    },
    append: createAppend(pool, states),
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
    async rebuild(projection) {
      states.forget(projection.stream);
      return rebuild(projection);
    },
  };
}
