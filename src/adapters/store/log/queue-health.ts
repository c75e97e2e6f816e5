/** The state of the outbox: every open effect, with when it is due and who holds its lease. */
import type pg from 'pg';
import { z } from 'zod';
import { StreamKind } from '../../../core/stream.ts';
import { JOB_STATES, type QueueHealth, STALLED_MS } from '../../../engine/ports/queue-health.ts';

/** A job became due when its effect was opened, or at its time where that is later. */
const JOBS = `
SELECT s.kind, s.id, job.key, job.failures, l.holder,
  greatest(job.not_before, e.recorded_at) AS due_at,
  CASE
    WHEN l.holder IS NOT NULL THEN 'running'
    WHEN job.not_before > clock_timestamp() THEN 'delayed'
    WHEN greatest(job.not_before, e.recorded_at) < clock_timestamp() - interval '${STALLED_MS} milliseconds'
      THEN 'stalled'
    ELSE 'ready'
  END AS state
FROM streams s
CROSS JOIN LATERAL (
  SELECT o->>'key' AS key, (o->>'failures')::int AS failures, (o->>'since')::int AS since,
    (o->>'notBefore')::timestamptz AS not_before
  FROM jsonb_array_elements(s.open::jsonb) AS o
) AS job
JOIN events e ON e.stream_kind = s.kind AND e.stream_id = s.id AND e.seq = job.since
LEFT JOIN leases l ON l.name = 'effect:' || s.kind || '/' || s.id || ':' || job.key
  AND l.until > clock_timestamp()
WHERE s.open_since IS NOT NULL`;

const COUNTS = `
SELECT ${JOB_STATES.map(state => `count(*) FILTER (WHERE state = '${state}')::int AS ${state}`).join(', ')},
  (1000 * extract(epoch FROM clock_timestamp() - min(due_at) FILTER (WHERE state IN ('ready', 'stalled'))))::float8
    AS oldest
FROM (${JOBS}) AS jobs`;

const LIST = `
SELECT * FROM (${JOBS} AND ($1::text IS NULL OR (s.kind = 'task' AND s.id = $1))) AS jobs
WHERE $2::text IS NULL OR state = $2
ORDER BY due_at, kind, id, key LIMIT $3`;

const Row = z.object({
  kind: StreamKind,
  id: z.string(),
  key: z.string(),
  failures: z.number(),
  holder: z.string().nullable(),
  due_at: z.date(),
  state: z.enum(JOB_STATES),
});

type Counts = Record<(typeof JOB_STATES)[number], number> & { oldest: number | null };

export function createQueueHealth(pool: pg.Pool): QueueHealth {
  return {
    async counts() {
      const { rows } = await pool.query<Counts>(COUNTS);
      if (!rows[0]) throw new Error('the database returned no count');
      const { oldest, ...counts } = rows[0];
      return { ...counts, oldestReadyMs: oldest === null ? null : Math.max(0, Math.round(oldest)) };
    },
    async jobs({ task, state, limit }) {
      const { rows } = await pool.query(LIST, [task, state, limit]);
      return rows.map(row => {
        const { kind, id, due_at: dueAt, holder, ...job } = Row.parse(row);
        return {
          ...job,
          stream: { kind, id },
          dueAt: dueAt.toISOString(),
          worker: holder && workerOf(holder),
        };
      });
    },
  };
}

/** Each lease has a holder of its own: the worker's name and a random part. */
const workerOf = (holder: string): string => holder.replace(/\/[^/]*$/, '');
