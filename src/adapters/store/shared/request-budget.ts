/** What GitHub says of the requests that are left, shared by all processes on the database. */
import type pg from 'pg';
import type { RequestsLeft } from '../../../core/request-class.ts';
import type {
  BudgetName,
  RequestBudget,
  RequestResource,
  RequestStanding,
} from '../../../engine/ports/request-budget.ts';

/** Resets of one hour differ by the seconds that answers take: further apart they are of two hours. */
const STANDING = `most, remaining,
  (1000 * extract(epoch FROM reset_at - clock_timestamp()))::float8 AS reset_ms,
  (1000 * extract(epoch FROM held_until - clock_timestamp()))::float8 AS held_ms`;

const SHARE = `
INSERT INTO request_budgets AS b (name, most, remaining, reset_at)
VALUES ($1, $2, $3, clock_timestamp() + $4 * interval '1 millisecond')
ON CONFLICT (name) DO UPDATE SET (most, remaining, reset_at) = (
  SELECT
    CASE WHEN older THEN b.most ELSE excluded.most END,
    CASE WHEN older THEN b.remaining WHEN newer THEN excluded.remaining
      ELSE least(b.remaining, excluded.remaining) END,
    CASE WHEN newer THEN excluded.reset_at ELSE b.reset_at END
  FROM (SELECT
    b.reset_at IS NULL OR b.reset_at <= clock_timestamp()
      OR excluded.reset_at > b.reset_at + interval '1 minute' AS newer,
    coalesce(excluded.reset_at < b.reset_at - interval '1 minute', false) AS older
  ) AS hours
)
RETURNING ${STANDING}`;

const READ = `SELECT ${STANDING} FROM request_budgets WHERE name = $1`;
const ALL = `SELECT name, ${STANDING} FROM request_budgets ORDER BY name`;

const HOLD = `
INSERT INTO request_budgets AS b (name, held_until)
SELECT name, clock_timestamp() + $2 * interval '1 millisecond' FROM unnest($1::text[]) AS name
ON CONFLICT (name) DO UPDATE SET held_until = greatest(b.held_until, excluded.held_until)`;

type Row = {
  most: number | null;
  remaining: number | null;
  reset_ms: number | null;
  held_ms: number | null;
};

export function createRequestBudget(pool: pg.Pool): RequestBudget {
  return {
    async share(name, told) {
      const { rows } = await pool.query<Row>(
        told
          ? { name: 'share requests', text: SHARE, values: [keyOf(name), ...valuesOf(told)] }
          : { name: 'read requests', text: READ, values: [keyOf(name)] },
      );
      return standingOf(rows[0]);
    },
    async hold(installation, ms) {
      const names = (['core', 'graphql'] as const).map(resource =>
        keyOf({ installation, resource }),
      );
      await pool.query({ name: 'hold requests', text: HOLD, values: [names, ms] });
    },
    async all() {
      const { rows } = await pool.query<Row & { name: string }>(ALL);
      return rows.map(row => ({ ...nameOf(row.name), ...standingOf(row) }));
    },
  };
}

const keyOf = ({ installation, resource }: BudgetName): string => `${installation}:${resource}`;

function nameOf(key: string): BudgetName {
  const [installation, resource] = key.split(':');
  return { installation: Number(installation), resource: resource as RequestResource };
}

const valuesOf = ({ limit, remaining, resetMs }: RequestsLeft) => [limit, remaining, resetMs];

function standingOf(row: Row | undefined): RequestStanding {
  const { most = null, remaining = null, reset_ms: resetMs = null, held_ms = null } = row ?? {};
  const known = most !== null && remaining !== null && resetMs !== null && resetMs > 0;
  return {
    left: known ? { limit: most, remaining, resetMs } : null,
    heldMs: Math.max(0, held_ms ?? 0),
  };
}
