/** The event log on PostgreSQL. */
import type pg from 'pg';
import type { StreamRef } from '../../../core/stream.ts';
import type { EventLog } from '../../../engine/ports/event-log.ts';
import type { Hints } from '../../../engine/ports/hints.ts';
import type { PrismaClient } from '../generated/client.ts';
import { createStaleStreams } from '../rows/stale-streams.ts';
import { createAppend } from './append.ts';
import { createDifference } from './compare-rows.ts';
import { toEvent } from './event-body.ts';
import { hintOf } from './hints.ts';
import { createRebuild } from './rebuild.ts';
import { createStateCache, type StoredState } from './state-cache.ts';

const PAGE_SIZE = 500;
/** The hash of a stream without events (`engine/chain.ts`). */
const GENESIS = `sha256:${'0'.repeat(64)}`;

// A stream whose row or some of whose events are missing is listed too, so that verification finds it. Each branch has a
// limit of its own: put together first, they would be read whole for every page.
const STREAMS = `
SELECT kind, id FROM (
  (SELECT DISTINCT stream_kind AS kind, stream_id AS id FROM events
   WHERE (stream_kind, stream_id) > ($1, $2)
   ORDER BY stream_kind, stream_id LIMIT ${PAGE_SIZE})
  UNION
  (SELECT kind, id FROM streams WHERE (kind, id) > ($1, $2) ORDER BY kind, id LIMIT ${PAGE_SIZE})
) AS known
ORDER BY kind, id LIMIT ${PAGE_SIZE}`;

const GROWN = `
SELECT kind, id, version, hash FROM streams
WHERE (kind, id) > ($1, $2) AND (kind, id) IN (
  SELECT stream_kind, stream_id FROM events WHERE recorded_at >= $3
)
ORDER BY kind, id LIMIT ${PAGE_SIZE}`;

// The state is not sent where this process has it already.
const LOAD = `
SELECT version, hash, CASE WHEN hash = $3 THEN NULL ELSE folded END AS folded,
  octet_length(folded) AS bytes, behind
FROM streams WHERE kind = $1 AND id = $2`;

type HeadRow = { version: number; folded: string | null } & StoredState;

export function createEventLog(prisma: PrismaClient, pool: pg.Pool, hints: Hints): EventLog {
  const states = createStateCache();
  const rebuild = createRebuild(prisma);
  return {
    recall: stream => states.latest(stream)?.folded ?? null,
    async load(stream) {
      const cached = states.latest(stream);
      const values = [stream.kind, stream.id, cached?.hash ?? ''];
      const { rows } = await pool.query<HeadRow>({ name: 'load', text: LOAD, values });
      const [head] = rows;
      if (!head) return { stream, version: 0, hash: GENESIS, folded: null };
      const { version, hash, folded, bytes, behind } = head;
      // This process may have appended to the stream during the query.
      const current = [cached, states.latest(stream)].find(latest => latest?.hash === hash);
      if (current) return { stream, version, hash, folded: current.folded };
      states.loaded(stream, { hash, bytes, behind });
      return { stream, version, hash, folded: stateIn(folded) };
    },
    append: createAppend(pool, states, ({ stream, events, task }) => {
      const hint = hintOf(stream, events.at(-1)?.seq ?? 0, task?.repositoryId);
      if (hint) hints.tell(hint);
    }),
    async *read(stream, after = 0) {
      for (let last = after; ; ) {
        const rows = await prisma.event.findMany({
          where: { streamKind: stream.kind, streamId: stream.id, seq: { gt: last } },
          orderBy: { seq: 'asc' },
          take: PAGE_SIZE,
        });
        for (const row of rows) yield toEvent(row);
        if (rows.length < PAGE_SIZE) return;
        last = rows.at(-1)?.seq ?? last;
      }
    },
    async *streams(kind) {
      let after = [kind ?? '', ''];
      for (;;) {
        const { rows } = await pool.query<StreamRef>(STREAMS, after);
        for (const row of rows) {
          if (kind !== undefined && row.kind !== kind) return;
          yield row;
        }
        const last = rows.at(-1);
        if (!last || rows.length < PAGE_SIZE) return;
        after = [last.kind, last.id];
      }
    },
    async *grownSince(since) {
      let after = ['', ''];
      for (;;) {
        const values = [...after, since];
        const { rows } = await pool.query<StreamRef & { version: number; hash: string }>(
          GROWN,
          values,
        );
        for (const { kind, id, version, hash } of rows)
          yield { stream: { kind, id }, version, hash };
        const last = rows.at(-1);
        if (!last || rows.length < PAGE_SIZE) return;
        after = [last.kind, last.id];
      }
    },
    async rebuild(projection) {
      states.forget(projection.stream);
      return rebuild(projection);
    },
    difference: createDifference(prisma),
    ...createStaleStreams(pool),
  };
}

/** A projection that can't be read is as good as none. */
function stateIn(folded: string | null): unknown {
  try {
    return JSON.parse(folded ?? 'null');
  } catch {
    return null;
  }
}
