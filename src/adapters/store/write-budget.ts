/**
 * The budget of writes to GitHub, shared by all processes on the database: one row for each name.
 * A take is one statement, whose upsert locks the row and decides by the database's clock.
 */
import type pg from 'pg';
import type { WriteBudget } from '../../engine/ports/write-budget.ts';

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
    SELECT ceil(1000 * greatest(0, extract(epoch FROM b.held_until - at), (
      SELECT max(extract(epoch FROM recent[most] + span * interval '1 millisecond' - at))
      FROM unnest($2::float8[], $3::int[]) AS windows (span, most)
    )))::int AS wait
  ) AS judged
)
RETURNING wait_ms`;

const HOLD = `
INSERT INTO write_budgets AS b (name, held_until)
VALUES ($1, clock_timestamp() + $2 * interval '1 millisecond')
ON CONFLICT (name) DO UPDATE SET held_until = greatest(b.held_until, excluded.held_until)`;

export function createWriteBudget(pool: pg.Pool): WriteBudget {
  return {
    async take(name, windows) {
      const spans = windows.map(({ spanMs }) => spanMs);
      const limits = windows.map(({ limit }) => limit);
      const values = [name, spans, limits];
      const { rows } = await pool.query({ name: 'take write', text: TAKE, values });
      return rows[0].wait_ms;
    },
    async hold(name, ms) {
      await pool.query({ name: 'hold writes', text: HOLD, values: [name, ms] });
    },
  };
}
