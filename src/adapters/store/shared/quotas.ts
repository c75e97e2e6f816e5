/**
 * Quotas, shared by all processes on the database: one row for each name. A take is one statement,
 * whose upsert locks the row and decides by the database's clock.
 */
import type pg from 'pg';
import type { RememberedQuotas, Window } from '../../../engine/ports/quotas.ts';

/**
 * $2 and $3 are the windows' spans (ms) and limits. `recent` are the times of earlier takes, newest
 * first. A take must wait until, in each window, the time at the window's limit is outside it.
 */
const take = (row: string): string => `
INSERT INTO write_budgets AS b (name, taken) ${row}
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

const TAKE = take('VALUES ($1, ARRAY[clock_timestamp()])');

/** The first answer to whoever takes once is a row of its own, named $4. */
const TAKE_ONCE = `
WITH first AS (SELECT wait_ms FROM write_budgets WHERE name = $4),
taken AS (${take('SELECT $1, ARRAY[clock_timestamp()] WHERE NOT EXISTS (SELECT FROM first)')}),
kept AS (
  INSERT INTO write_budgets (name, taken, wait_ms)
  SELECT $4, ARRAY[clock_timestamp()], wait_ms FROM taken
  ON CONFLICT (name) DO NOTHING
)
SELECT wait_ms FROM first UNION ALL SELECT wait_ms FROM taken`;

/** Whoever comes once has a row for ever: what was last taken longer ago than any window is removed. */
const FORGET = "DELETE FROM write_budgets WHERE taken[1] < now() - interval '2 days'";

export function createQuotas(pool: pg.Pool): RememberedQuotas & { forget(): Promise<void> } {
  const ask = async (query: pg.QueryConfig, windows: readonly Window[], names: string[]) => {
    const [name, ...more] = names;
    const spans = windows.map(({ spanMs }) => spanMs);
    const limits = windows.map(({ limit }) => limit);
    const { rows } = await pool.query({ ...query, values: [name, spans, limits, ...more] });
    return rows[0].wait_ms;
  };
  return {
    take: (name, windows) => ask({ name: 'take', text: TAKE }, windows, [name]),
    takeOnce: (who, name, windows) =>
      ask({ name: 'take once', text: TAKE_ONCE }, windows, [name, `${who} ${name}`]),
    async forget() {
      await pool.query(FORGET);
    },
  };
}
