/**
 * Quotas, shared by all processes on the database: one row for each name. A take is one statement,
 * whose upsert locks the row and decides by the database's clock.
 */
import type pg from 'pg';
import type { Quotas } from '../../engine/ports/quotas.ts';

/**
 * $2 and $3 are the windows' spans (ms) and limits. `recent` are the times of earlier takes, newest
 * first. A take must wait until, in each window, the time at the window's limit is outside it.
 */
const TAKE = `
INSERT INTO write_budgets AS b (name, taken) VALUES ($1, ARRAY[clock_timestamp()])
ON CONFLICT (name) DO UPDATE SET (taken, wait_ms) = (
  SELECT CASE WHEN wait = 0 THEN at || recent ELSE recent END, wait
  FROM (SELECT clock_timestamp() AS at) AS clock,
  LATERAL (
    SELECT coalesce(array_agg(time ORDER BY time DESC), '{}') AS recent FROM unnest(b.taken) AS time
    WHERE time > at - (SELECT max(span) FROM unnest($2::float8[]) AS span) * interval '1 millisecond'
  ) AS kept,
  LATERAL (
    SELECT ceil(1000 * greatest(0, (
      SELECT max(extract(epoch FROM recent[most] + span * interval '1 millisecond' - at))
      FROM unnest($2::float8[], $3::int[]) AS windows (span, most)
    )))::int AS wait
  ) AS judged
)
RETURNING wait_ms`;

/** Whoever comes once has a row for ever: what was last taken longer ago than any window is removed. */
const FORGET = "DELETE FROM write_budgets WHERE taken[1] < now() - interval '2 days'";

export function createQuotas(pool: pg.Pool): Quotas & { forget(): Promise<void> } {
  return {
    async take(name, windows) {
      const spans = windows.map(({ spanMs }) => spanMs);
      const limits = windows.map(({ limit }) => limit);
      const values = [name, spans, limits];
      const { rows } = await pool.query({ name: 'take', text: TAKE, values });
      return rows[0].wait_ms;
    },
    async forget() {
      await pool.query(FORGET);
    },
  };
}
