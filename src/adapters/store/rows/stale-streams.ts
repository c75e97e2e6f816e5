/**
 * The streams whose projections are of an earlier version, after an upgrade. What is behind the last page is found
 * in the order of an index, so that a page costs the same however many streams there are, and are done already.
 */
import type pg from 'pg';
import type { StreamRef } from '../../../core/stream.ts';
import { type EventLog, PROJECTIONS_VERSION } from '../../../engine/ports/event-log.ts';

const PAGE_SIZE = 50;

const OPEN_TASKS = `
SELECT s.kind, s.id FROM tasks t JOIN streams s ON s.kind = 'task' AND s.id = t.id
WHERE t.open AND s.projections < $1
ORDER BY t.created_at DESC, s.id`;

// Streams of other kinds have no rows but their own.
export const STALE_PAGE = `
SELECT projections, kind, id FROM streams
WHERE kind IN ('task', 'backlog') AND projections < $1 AND (projections, kind, id) > ($2, $3, $4)
ORDER BY projections, kind, id LIMIT ${PAGE_SIZE}`;

const COUNT = `
SELECT count(*)::int AS streams FROM (
  SELECT FROM streams WHERE kind = 'task' AND projections < $1 LIMIT $2
) AS stale`;

type StaleRow = StreamRef & { projections: number };

/** How many tasks are among them; no more than `most` are counted. */
export async function countStaleTasks(pool: pg.Pool, most: number): Promise<number> {
  const { rows } = await pool.query<{ streams: number }>(COUNT, [PROJECTIONS_VERSION, most]);
  return rows[0]?.streams ?? 0;
}

export const createStaleStreams = (pool: pg.Pool): Pick<EventLog, 'stale' | 'leaveStale'> => ({
  async *stale() {
    yield* (await pool.query<StreamRef>(OPEN_TASKS, [PROJECTIONS_VERSION])).rows;
    for (let after = [-1, '', '']; ; ) {
      const values = [PROJECTIONS_VERSION, ...after];
      const { rows } = await pool.query<StaleRow>(STALE_PAGE, values);
      for (const { kind, id } of rows) yield { kind, id };
      const last = rows.at(-1);
      if (!last || rows.length < PAGE_SIZE) return;
      after = [last.projections, last.kind, last.id];
    }
  },
  async leaveStale({ kind, id }) {
    await pool.query(
      'UPDATE streams SET projections = $3, projected = version WHERE kind = $1 AND id = $2',
      [kind, id, PROJECTIONS_VERSION],
    );
  },
});
